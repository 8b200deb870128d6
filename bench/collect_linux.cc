// What a poll of the agent's costs beside the bare system calls that it stands for: jobs, of which each runs a command.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdlib>
#include <string>

#include "agent/agent.h"
#include "bench/bare_jobs_linux.h"
#include "bench/compare.h"
#include "bench/program.h"
#include "bench/thread_time_linux.h"
#include "tests/allocation/counting_allocator.h"
#include "winjob/linux/level.h"
#include "winjob/linux/perf_event.h"

namespace winjob::bench {
namespace {

constexpr char kName[] = "Collect";
constexpr char kVariable[] = "WINJOB_BENCH_JOBS";
constexpr std::size_t kJobs = 100;  // unless the variable says otherwise
constexpr std::int64_t kPolls = 200;

std::string NameOf(std::size_t job) { return "winjob-bench-collect-" + std::to_string(job); }

config::Config Jobs(std::size_t count) {
  config::Config config;
  config.poll_interval = std::chrono::hours(1);
  config.max_age = {};  // so that each Fresh() is a poll
  for (std::size_t i = 0; i < count; ++i) {
    config::JobConfig job{.name = NameOf(i), .object = NameOf(i)};
    job.start = {{.command = {Workload(), "sleep", "forever"}}};
    job.on_exit = config::OnExit::kKill;
    config.jobs.push_back(job);
  }
  return config;
}

// How many jobs are wanted, or as many as the agent may have the descriptors for. The other side needs fewer for each.
std::size_t CountOfJobs() {
  const char* const wanted = std::getenv(kVariable);
  const std::size_t jobs = wanted != nullptr ? std::strtoul(wanted, nullptr, 10) : kJobs;
  constexpr rlim_t kOthers = 100;
  const rlim_t each = 13 + 2 * linux_kernel::OnlineCpus().size();
  const rlim_t all = each * jobs + kOthers;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit more{all, std::max(all, limit.rlim_max)};
  if (more.rlim_cur <= limit.rlim_cur || ::setrlimit(RLIMIT_NOFILE, &more) == 0) return jobs;
  return (limit.rlim_max - kOthers) / each;
}

void Collect(benchmark::State& state) {
  const linux_kernel::Platform& platform = linux_kernel::CurrentPlatform();
  if (!platform.has_groups()) return Skip(state, kName, "jobs are no groups here: " + platform.reason);
  const std::size_t count = CountOfJobs();
  BareJobs bare(NameOf);
  const auto agent =
      agent::Agent::Start(Jobs(count), agent::Log([](auto&&...) {}), [](const agent::Snapshot&, auto) {});
  if (!agent) return Fail(state, kName, agent.error().message());
  if (const std::string reason = bare.Open(count); !reason.empty()) return Fail(state, kName, reason);

  std::size_t failures = 0;
  const auto poll = [&] {
    for (const agent::JobSample& job : (*agent)->Fresh()->jobs) failures += job.up ? 0U : 1U;
  };
  for (int i = 0; i < 3; ++i) poll();
  const AllocationCount allocations;
  poll();
  Promise(state, kName, "allocations", static_cast<double>(allocations.count()), 0);
  Compare<ThreadTime>(state, kName, 1.2, poll, bare);
  Promise(state, kName, "failures", static_cast<double>(failures + bare.failures()), 0);
  state.counters["jobs"] = static_cast<double>(count);
}
BENCHMARK(Collect)->UseManualTime()->Iterations(kPolls);

}  // namespace
}  // namespace winjob::bench
