# re2::re2 where re2 comes without its CMake package, as Debian's does.
include(FindPackageHandleStandardArgs)
find_path(re2_INCLUDE_DIR re2/re2.h)
find_library(re2_LIBRARY re2)
find_package_handle_standard_args(re2 REQUIRED_VARS re2_LIBRARY re2_INCLUDE_DIR)
if(re2_FOUND AND NOT TARGET re2::re2)
  find_package(Threads REQUIRED)
  add_library(re2::re2 UNKNOWN IMPORTED)
  set_target_properties(re2::re2 PROPERTIES IMPORTED_LOCATION "${re2_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${re2_INCLUDE_DIR}" INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
