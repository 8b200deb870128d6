# The libraries of others, only ever by find_package. Three things satisfy it: Debian's packages (Linux), WINJOB_DEPS
# (mingw, see deps/), vcpkg (Windows).
find_package(Threads REQUIRED)

if(WIN32)
  set(ZLIB_USE_STATIC_LIBS ON)  # otherwise libz.dll.a, and the -static program asks for zlib1.dll
  set(OPENSSL_USE_STATIC_LIBS ON)
endif()

find_package(OpenSSL 3.0 REQUIRED)
if(MINGW)
  # CMake's own module names only what OpenSSL needs elsewhere.
  set_property(TARGET OpenSSL::Crypto APPEND PROPERTY INTERFACE_LINK_LIBRARIES ws2_32 crypt32)
endif()
find_package(ZLIB REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(yaml-cpp CONFIG REQUIRED)
find_package(re2 CONFIG QUIET)
if(NOT re2_FOUND)
  find_package(re2 MODULE REQUIRED)
endif()
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
