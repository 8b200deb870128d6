# What --version and winjob_exporter_build_info show, as definitions for exporter/version.cc alone.
find_package(Git QUIET)

function(git_says out)
  set(${out} unknown PARENT_SCOPE)
  if(Git_FOUND)
    execute_process(COMMAND "${GIT_EXECUTABLE}" -C "${PROJECT_SOURCE_DIR}" ${ARGN}
      OUTPUT_VARIABLE text OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
    if(NOT failed)
      set(${out} "${text}" PARENT_SCOPE)
    endif()
  endif()
endfunction()

git_says(branch rev-parse --abbrev-ref HEAD)
git_says(revision rev-parse --short=12 HEAD)
string(TOLOWER "${CMAKE_SYSTEM_NAME}/${CMAKE_SYSTEM_PROCESSOR}" platform)
set(WINJOB_VERSION_DEFINITIONS
  "WINJOB_VERSION=\"${PROJECT_VERSION}\""
  "WINJOB_BRANCH=\"${branch}\""
  "WINJOB_REVISION=\"${revision}\""
  "WINJOB_COMPILER=\"${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}\""
  "WINJOB_PLATFORM=\"${platform}\"")
