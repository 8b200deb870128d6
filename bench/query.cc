// What Job::QueryCounters costs beside the bare system calls that it stands for.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/ask_kernel.h"
#include "bench/bare.h"
#include "bench/compare.h"
#include "bench/program.h"
#include "tests/allocation/counting_allocator.h"
#include "winjob/job.h"

namespace winjob::bench {
namespace {

constexpr char kJobName[] = "winjob-bench-query";

/// A process that does nothing until the job ends it.
Result<Process> StartSleeper(const Job& job) {
  StartRequest request;
  request.command = {Workload(), "sleep", "forever"};
  const Job* const jobs[] = {&job};
  return Process::Start(request, jobs);
}

// Compares the two. `ask_kernel`: on both sides a real kernel is asked first.
void Measure(benchmark::State& state, const char* name, bool ask_kernel, double at_most) {
  Result<Job> job = Job::Create(kJobName);
  if (!job) return Fail(state, name, job.error().message());
  if (const std::error_code error = job->SetKillOnClose(true)) return Fail(state, name, error.message());
  std::vector<Process> members;  // held: Linux looks at every query whether children without a handle have ended
  for (int i = 0; i < 3; ++i) {
    Result<Process> process = StartSleeper(*job);
    if (!process) return Fail(state, name, process.error().message());
    members.push_back(*std::move(process));
  }
  std::string reason;
  const std::shared_ptr<Bare> bare = OpenBare(*job, kJobName, Reading::kCounters, reason);
  if (bare == nullptr) return Skip(state, name, reason);

  std::size_t failures = 0;
  Counters counters;
  const auto ours = [&] {
    if (ask_kernel) AskKernel();
    failures += job->QueryCounters(counters) ? 1U : 0U;
    benchmark::DoNotOptimize(counters);
  };
  const auto bare_calls = [&] {
    if (ask_kernel) AskKernel();
    failures += Read(*bare) ? 0U : 1U;
  };
  const AllocationCount allocations;
  for (int i = 0; i < 1000; ++i) ours();
  Promise(state, name, "allocations", static_cast<double>(allocations.count()), 0);
  Compare(state, name, at_most, ours, bare_calls);
  Promise(state, name, "failures", static_cast<double>(failures), 0);
}

bool InMemory() { return kernel::Identify().kernel == "fake"; }

// The fake kernel is a function in memory, which no system call is as cheap as: it answers here behind a real one.
void QueryCounters(benchmark::State& state) { Measure(state, "QueryCounters", InMemory(), 1.05); }
BENCHMARK(QueryCounters)->UseManualTime()->Iterations(kPairs);

// Beside the function alone: to copy fourteen fields, each with whether it is known, costs a part of it.
void QueryCountersInMemory(benchmark::State& state) {
  if (!InMemory()) return state.SkipWithError("only the fake kernel is in memory");  // and so promises nothing
  Measure(state, "QueryCountersInMemory", false, 1.5);
}
BENCHMARK(QueryCountersInMemory)->UseManualTime()->Iterations(kPairs);

}  // namespace
}  // namespace winjob::bench
