// The main function of every benchmark program: Google Benchmark's flags, and --check, which fails when a promise is
// broken.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string_view>

#include "bench/program.h"
#include "bench/promise.h"

int main(int argc, char** argv) {
  winjob::bench::SetProgram(argv[0]);
  char** const end = std::remove_if(argv + 1, argv + argc, [](std::string_view word) { return word == "--check"; });
  const bool check = end != argv + argc;
  argc = static_cast<int>(end - argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  const bool kept = winjob::bench::ReportPromises();
  return check && !kept ? 1 : 0;
}
