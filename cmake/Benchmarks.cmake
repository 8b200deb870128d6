# winjob_bench: one program on Google Benchmark per call, and a list of them all for scripts/lib/run_benches.py.
#
#   winjob_bench(NAME query_bench KERNEL fake|native SOURCES query.cc ... [LIBS ...])
#
# KERNEL as in winjob_test (Testing.cmake). bench/main.cc is linked in: with --check the program tells which of its
# promises hold (bench/promise.h) and fails when one does not. operator new is counted (tests/allocation).
define_property(GLOBAL PROPERTY WINJOB_BENCHES BRIEF_DOCS "lines of benches.txt")

function(winjob_bench)
  cmake_parse_arguments(PARSE_ARGV 0 bench "" "NAME;KERNEL" "SOURCES;LIBS")
  if(bench_UNPARSED_ARGUMENTS OR NOT bench_NAME OR NOT bench_SOURCES OR NOT bench_KERNEL MATCHES "^(fake|native)$")
    message(FATAL_ERROR "winjob_bench(${ARGV}): see cmake/Benchmarks.cmake")
  endif()
  set(kernel winjob_kernel)
  if(bench_KERNEL STREQUAL "fake")
    set(kernel winjob_fake_kernel)
  endif()

  add_executable(${bench_NAME} ${bench_SOURCES})
  target_link_libraries(${bench_NAME} PRIVATE
    winjob_bench_main ${bench_LIBS} ${kernel} winjob::winjob counting_allocator benchmark::benchmark project_warnings)
  set_property(GLOBAL APPEND_STRING PROPERTY WINJOB_BENCHES "${bench_NAME} ${bench_KERNEL}\n")
endfunction()

# Writes build/<preset>/benches.txt, a line "name kernel" per program, and makes the target `benches` of them all. Call it
# after the last winjob_bench.
function(winjob_write_benches)
  get_property(lines GLOBAL PROPERTY WINJOB_BENCHES)
  file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/benches.txt" CONTENT "${lines}")
  string(REGEX REPLACE " [a-z]+\n" ";" names "${lines}")
  add_custom_target(benches)
  foreach(name IN LISTS names)
    if(name)
      add_dependencies(benches ${name})
    endif()
  endforeach()
endfunction()
