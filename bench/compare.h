// Two ways to get one thing, measured side by side: what one of them costs beside the other.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/promise.h"

namespace winjob::bench {

/// The pairs of batches that a comparison takes: its benchmark's Iterations.
inline constexpr std::int64_t kPairs = 4000;

/// Nanoseconds for `calls` calls.
template <class Call>
[[nodiscard]] double TimeOf(std::int64_t calls, Call& call) {
  const auto began = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < calls; ++i) call();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - began).count();
}

/// How many calls make a batch: short enough to fall between two disturbances, long enough for the clock.
template <class Call>
[[nodiscard]] std::int64_t BatchOf(Call& call) {
  constexpr double kBatch = 40'000;  // ns
  std::int64_t calls = 1;
  for (double best = 0; calls < 1'000'000; calls *= 2) {
    best = std::min({TimeOf(calls, call), TimeOf(calls, call), TimeOf(calls, call)});
    if (best >= kBatch) break;
  }
  return calls;
}

/// The time that a twentieth of the batches kept below: what a batch costs that nothing disturbed.
[[nodiscard]] inline double Undisturbed(std::vector<double>& times) {
  const auto at = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 20);
  std::nth_element(times.begin(), at, times.end());
  return *at;
}

/// Promises that a call of `ours` costs at most `at_most` times a call of `other`. Both are called in small batches in
/// turn, so that whatever else the machine does meets both alike. A call answers for its own result, such as by
/// benchmark::DoNotOptimize. For benchmarks with ->UseManualTime()->Iterations(kPairs).
template <class Ours, class Other>
void Compare(benchmark::State& state, std::string_view benchmark, double at_most, Ours&& ours, Other&& other) {
  const std::int64_t our_calls = BatchOf(ours);
  const std::int64_t other_calls = BatchOf(other);
  std::vector<double> our_times;
  std::vector<double> other_times;
  const auto measure_ours = [&] { our_times.push_back(TimeOf(our_calls, ours) / static_cast<double>(our_calls)); };
  const auto measure_other = [&] {
    other_times.push_back(TimeOf(other_calls, other) / static_cast<double>(other_calls));
  };
  for (auto _ : state) {
    if (our_times.size() % 2 == 0) {  // neither side always comes second
      measure_ours();
      measure_other();
    } else {
      measure_other();
      measure_ours();
    }
    state.SetIterationTime(our_times.back() * 1e-9);
  }
  const double our_time = Undisturbed(our_times);
  const double other_time = Undisturbed(other_times);
  state.counters["ours_ns"] = our_time;
  state.counters["other_ns"] = other_time;
  Promise(state, benchmark, "ratio", our_time / other_time, at_most);
}

}  // namespace winjob::bench
