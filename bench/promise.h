// What a benchmark promises: a figure that is at most so much. Figures are ratios and counts, never times, so that they
// mean the same on every machine.
#pragma once

#include <benchmark/benchmark.h>

#include <string_view>

namespace winjob::bench {

/// Shows `value` as a counter of the benchmark, and remembers for --check whether it keeps its bound. `figure` names
/// it: "ratio", "allocations". A benchmark may have several figures; the last value of each counts.
void Promise(benchmark::State& state, std::string_view benchmark, std::string_view figure, double value,
             double at_most);

/// Leaves the benchmark out, for a reason that --check shows.
void Skip(benchmark::State& state, std::string_view benchmark, std::string_view reason);

/// The benchmark could not be run; --check fails.
void Fail(benchmark::State& state, std::string_view benchmark, std::string_view reason);

/// Prints a line for each promise and skip. True when there was one and none was broken.
[[nodiscard]] bool ReportPromises();

}  // namespace winjob::bench
