# What `cmake --install build/<preset> --component library` installs: winjob::winjob for find_package(winjob).
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# One archive with this platform's kernel in it: users of the installed library link no second target.
add_library(winjob_package STATIC $<TARGET_OBJECTS:winjob> $<TARGET_OBJECTS:winjob_kernel>)
set_target_properties(winjob_package PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME winjob EXPORT_NAME winjob)
target_compile_features(winjob_package PUBLIC cxx_std_20)
target_include_directories(winjob_package INTERFACE "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
if(WIN32)
  target_link_libraries(winjob_package INTERFACE advapi32)
else()
  find_package(Threads REQUIRED)
  target_link_libraries(winjob_package INTERFACE Threads::Threads)
endif()

# All headers of winjob/ but those that only its own files include.
file(GLOB headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/winjob/*.h")
foreach(private class_limits command_line group_affinity json_object last_error launch limit_codec privilege
    process_list streams wide_text wine)
  list(REMOVE_ITEM headers "${PROJECT_SOURCE_DIR}/winjob/${private}.h")
endforeach()

set(config_folder "${CMAKE_INSTALL_LIBDIR}/cmake/winjob")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/winjobConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/winjobConfig.cmake" INSTALL_DESTINATION "${config_folder}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/winjobConfigVersion.cmake" COMPATIBILITY SameMinorVersion)

install(TARGETS winjob_package EXPORT winjob COMPONENT library)
install(FILES ${headers} DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/winjob" COMPONENT library)
install(EXPORT winjob NAMESPACE winjob:: FILE winjobTargets.cmake DESTINATION "${config_folder}" COMPONENT library)
install(FILES "${PROJECT_BINARY_DIR}/winjobConfig.cmake" "${PROJECT_BINARY_DIR}/winjobConfigVersion.cmake"
  DESTINATION "${config_folder}" COMPONENT library)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT library)
