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

/// The pairs of batches that a comparison of short calls takes: its benchmark's Iterations.
inline constexpr std::int64_t kPairs = 4000;

/// Nanoseconds for `calls` calls. Those that another program makes are measured there.
template <class Clock, class Call>
[[nodiscard]] double TimeOf(std::int64_t calls, Call& call) {
  if constexpr (requires { call.TimeOf(calls); }) {
    return call.TimeOf(calls);
  } else {
    const auto began = Clock::now();
    for (std::int64_t i = 0; i < calls; ++i) call();
    return std::chrono::duration<double, std::nano>(Clock::now() - began).count();
  }
}

/// How many calls make a batch: short enough to fall between two disturbances, long enough for the clock.
template <class Clock, class Call>
[[nodiscard]] std::int64_t BatchOf(Call& call) {
  constexpr double kBatch = 40'000;  // ns
  std::int64_t calls = 1;
  for (double best = 0; calls < 1'000'000; calls *= 2) {
    best = std::min({TimeOf<Clock>(calls, call), TimeOf<Clock>(calls, call), TimeOf<Clock>(calls, call)});
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

/// Two calls side by side, in small batches in turn, so that whatever else the machine does meets both alike.
template <class Clock, class Ours, class Other>
class Pairs {
 public:
  Pairs(Ours& ours, Other& other)
      : ours_(ours), other_(other), our_calls_(BatchOf<Clock>(ours)), other_calls_(BatchOf<Clock>(other)) {}

  /// One batch of each. The nanoseconds of a call of ours.
  double Measure() {
    const auto measure_ours = [&] {
      our_times_.push_back(TimeOf<Clock>(our_calls_, ours_) / static_cast<double>(our_calls_));
    };
    const bool ours_first = our_times_.size() % 2 == 0;  // neither side always comes second
    if (ours_first) measure_ours();
    other_times_.push_back(TimeOf<Clock>(other_calls_, other_) / static_cast<double>(other_calls_));
    if (!ours_first) measure_ours();
    return our_times_.back();
  }

  /// What a call costs.
  [[nodiscard]] double ours() { return Undisturbed(our_times_); }
  [[nodiscard]] double other() { return Undisturbed(other_times_); }

  void Forget() {
    our_times_.clear();
    other_times_.clear();
  }

 private:
  Ours& ours_;
  Other& other_;
  std::int64_t our_calls_;
  std::int64_t other_calls_;
  std::vector<double> our_times_;
  std::vector<double> other_times_;
};

/// Promises that a call of `ours` costs at most `at_most` times a call of `other`. A ratio above that is measured
/// again, twice at most: what else the machine does meanwhile is worth some percent. A call answers for its own result,
/// such as by benchmark::DoNotOptimize. For benchmarks with ->UseManualTime()->Iterations(...).
template <class Clock = std::chrono::steady_clock, class Ours, class Other>
void Compare(benchmark::State& state, std::string_view benchmark, double at_most, Ours&& ours, Other&& other) {
  Pairs<Clock, Ours, Other> pairs(ours, other);
  for (auto _ : state) state.SetIterationTime(pairs.Measure() * 1e-9);
  for (int again = 0; again < 2 && pairs.ours() > at_most * pairs.other(); ++again) {
    pairs.Forget();
    for (benchmark::IterationCount i = 0; i < state.max_iterations; ++i) pairs.Measure();
  }
  state.counters["ours_ns"] = pairs.ours();
  state.counters["other_ns"] = pairs.other();
  Promise(state, benchmark, "ratio", pairs.ours() / pairs.other(), at_most);
}

}  // namespace winjob::bench
