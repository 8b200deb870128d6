# winjob_test: one gtest executable per call, and a list of them all for scripts/test.
#
#   winjob_test(NAME job_test KERNEL fake|native [THREADS] SOURCES a_test.cc ... [LIBS ...])
#
# KERNEL says which implementation of winjob/kernel.h is linked: tests/fake_kernel or this platform's own. THREADS marks
# a test for the ThreadSanitizer run. Tests run in the source folder, so golden files are "tests/golden/...".
define_property(GLOBAL PROPERTY WINJOB_TESTS BRIEF_DOCS "lines of tests.txt")

function(winjob_test)
  cmake_parse_arguments(PARSE_ARGV 0 test "THREADS" "NAME;KERNEL" "SOURCES;LIBS")
  if(test_UNPARSED_ARGUMENTS OR NOT test_NAME OR NOT test_SOURCES OR NOT test_KERNEL MATCHES "^(fake|native)$")
    message(FATAL_ERROR "winjob_test(${ARGV}): see cmake/Testing.cmake")
  endif()
  set(kernel winjob_kernel)
  if(test_KERNEL STREQUAL "fake")
    set(kernel winjob_fake_kernel)
  endif()
  set(threads "-")
  if(test_THREADS)
    set(threads "threads")
  endif()

  add_executable(${test_NAME} ${test_SOURCES})
  target_link_libraries(${test_NAME} PRIVATE
    ${test_LIBS} ${kernel} winjob::winjob GTest::gmock GTest::gtest_main project_warnings)
  add_test(NAME ${test_NAME} COMMAND ${test_NAME} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${test_NAME} PROPERTIES LABELS "${test_KERNEL};${threads}" TIMEOUT 300)
  set_property(GLOBAL APPEND_STRING PROPERTY WINJOB_TESTS "${test_NAME} ${test_KERNEL} ${threads}\n")
endfunction()

# Writes build/<preset>/tests.txt: a line "name kernel threads|-" per test. Call it after the last winjob_test.
function(winjob_write_tests)
  get_property(lines GLOBAL PROPERTY WINJOB_TESTS)
  file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/tests.txt" CONTENT "${lines}")
endfunction()
