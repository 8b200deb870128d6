# How every target is compiled: what Windows headers may define, and objects that are the same in every folder.
include(Cache)

if(WIN32)
  add_compile_definitions(NOMINMAX WIN32_LEAN_AND_MEAN UNICODE _UNICODE _WIN32_WINNT=0x0A00)
endif()

# Files are known by their path from the root. ccache passes them to the compiler relative to the build folder.
if(NOT MSVC)
  file(RELATIVE_PATH root "${PROJECT_BINARY_DIR}" "${PROJECT_SOURCE_DIR}")
  add_compile_options("-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=" "-ffile-prefix-map=${root}/=")
endif()

# A fresh clone in another folder finds the objects of the last one: paths below the source folder count as relative, and
# a compiler is known by what it is, not by when it was installed.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT MSVC)
  set(compiler_cache "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1 CCACHE_COMPILERCHECK=content)
  if(NOT DEFINED ENV{CCACHE_DIR})
    list(APPEND compiler_cache "CCACHE_DIR=${WINJOB_CACHE_DIR}/ccache" CCACHE_MAXSIZE=2G)
  endif()
  set(CMAKE_C_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env ${compiler_cache} "${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_C_COMPILER_LAUNCHER}")
endif()
