# The libraries of others, only ever by find_package. Three things satisfy it: Debian's packages and a civetweb with
# TLS in WINJOB_DEPS (Linux), everything in WINJOB_DEPS (mingw, see deps/), vcpkg (Windows).
include(Cache)
find_package(Threads REQUIRED)

if(LINUX)
  set(WINJOB_DEPS "${WINJOB_CACHE_DIR}/deps/native" CACHE PATH "what deps/ built")
  # Debian's own build of civetweb crashes at the first TLS connection: never take that one.
  find_package(civetweb CONFIG REQUIRED PATHS "${WINJOB_DEPS}" NO_DEFAULT_PATH)
else()
  if(MINGW)
    set(ZLIB_USE_STATIC_LIBS ON)  # otherwise libz.dll.a, and the -static program asks for zlib1.dll
  endif()
  find_package(civetweb CONFIG REQUIRED)
  # civetweb's FindWinSock reads a file named "nul", and finds nothing where that is not a device.
  set_property(TARGET civetweb::civetweb APPEND PROPERTY INTERFACE_LINK_LIBRARIES ws2_32)
endif()

find_package(ZLIB REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(yaml-cpp CONFIG REQUIRED)
if(BUILD_TESTING)
  find_package(GTest CONFIG REQUIRED)
  if(WINJOB_BENCH)
    find_package(benchmark CONFIG REQUIRED)
  endif()
endif()

# yaml-cpp's target is yaml-cpp in 0.7 and yaml-cpp::yaml-cpp in 0.8; 0.7 does not set its include folder either.
add_library(winjob_yaml_cpp INTERFACE)
add_library(winjob::yaml-cpp ALIAS winjob_yaml_cpp)
if(TARGET yaml-cpp::yaml-cpp)
  target_link_libraries(winjob_yaml_cpp INTERFACE yaml-cpp::yaml-cpp)
else()
  target_link_libraries(winjob_yaml_cpp INTERFACE yaml-cpp)
  target_include_directories(winjob_yaml_cpp SYSTEM INTERFACE "${YAML_CPP_INCLUDE_DIR}")
endif()
