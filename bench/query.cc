// What Job::QueryCounters costs beside the bare system calls that it stands for.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/bare.h"
#include "bench/compare.h"
#include "bench/enter.h"
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

void QueryCounters(benchmark::State& state) {
  constexpr char kName[] = "QueryCounters";
  Result<Job> job = Job::Create(kJobName);
  if (!job) return Fail(state, kName, job.error().message());
  if (const std::error_code error = job->SetKillOnClose(true)) return Fail(state, kName, error.message());
  std::vector<Process> members;  // held: Linux looks at every query whether children without a handle have ended
  for (int i = 0; i < 3; ++i) {
    Result<Process> process = StartSleeper(*job);
    if (!process) return Fail(state, kName, process.error().message());
    members.push_back(*std::move(process));
  }
  std::string reason;
  const std::shared_ptr<Bare> bare = OpenBare(*job, kJobName, reason);
  if (bare == nullptr) return Skip(state, kName, reason);

  // The fake kernel's call is a function in memory, of some 30 ns: what a real one costs at least is added on both
  // sides.
  const bool in_memory = kernel::Identify().kernel == "fake";
  std::size_t failures = 0;
  Counters counters;
  const auto ours = [&] {
    if (in_memory) EnterKernel();
    failures += job->QueryCounters(counters) ? 1U : 0U;
    benchmark::DoNotOptimize(counters);
  };
  const auto bare_calls = [&] {
    if (in_memory) EnterKernel();
    failures += Read(*bare) ? 0U : 1U;
  };
  const AllocationCount allocations;
  for (int i = 0; i < 1000; ++i) ours();
  Promise(state, kName, "allocations", static_cast<double>(allocations.count()), 0);
  Compare(state, kName, 1.05, ours, bare_calls);
  Promise(state, kName, "failures", static_cast<double>(failures), 0);
}
BENCHMARK(QueryCounters)->UseManualTime()->Iterations(kPairs);

}  // namespace
}  // namespace winjob::bench
