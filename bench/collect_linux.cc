// What a poll of the agent's costs beside the bare system calls that it stands for: jobs, of which each runs a command.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <time.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "bench/bare.h"
#include "bench/compare.h"
#include "bench/program.h"
#include "tests/allocation/counting_allocator.h"

namespace winjob::bench {
namespace {

constexpr char kName[] = "Collect";
constexpr char kVariable[] = "WINJOB_BENCH_JOBS";
constexpr std::size_t kJobs = 100;  // unless the variable says otherwise
constexpr std::int64_t kPolls = 200;
constexpr rlim_t kDescriptors = 50;  // for each job, of the agent and of the other side together

// The processor time of this thread, which makes all calls of both sides: a poll of many jobs takes milliseconds, in
// which other programs have their turns.
struct ThreadTime {
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<ThreadTime, duration>;
  static time_point now() {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return time_point(std::chrono::seconds(used.tv_sec) + duration(used.tv_nsec));
  }
};

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

// How many jobs are wanted, or as many as this program may have the descriptors for.
std::size_t CountOfJobs() {
  const char* const wanted = std::getenv(kVariable);
  const std::size_t jobs = wanted != nullptr ? std::strtoul(wanted, nullptr, 10) : kJobs;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit more{kDescriptors * jobs, std::max(kDescriptors * jobs, limit.rlim_max)};
  if (more.rlim_cur <= limit.rlim_cur || ::setrlimit(RLIMIT_NOFILE, &more) == 0) return jobs;
  return limit.rlim_max / kDescriptors;
}

void Collect(benchmark::State& state) {
  const std::size_t count = CountOfJobs();
  const auto agent =
      agent::Agent::Start(Jobs(count), agent::Log([](auto&&...) {}), [](const agent::Snapshot&, auto) {});
  if (!agent) return Fail(state, kName, agent.error().message());
  std::vector<std::shared_ptr<Bare>> bare;
  for (std::size_t i = 0; i < count; ++i) {
    const Result<Job> job = Job::Open(NameOf(i));
    if (!job) return Fail(state, kName, job.error().message());
    std::string reason;
    bare.push_back(OpenBare(*job, NameOf(i), Reading::kPoll, reason));
    if (bare.back() == nullptr) return Skip(state, kName, reason);
  }

  std::size_t failures = 0;
  const auto poll = [&] {
    for (const agent::JobSample& job : (*agent)->Fresh()->jobs) failures += job.up ? 0U : 1U;
  };
  const auto read = [&] {
    for (const std::shared_ptr<Bare>& job : bare) failures += Read(*job) ? 0U : 1U;
  };
  for (int i = 0; i < 3; ++i) poll();
  const AllocationCount allocations;
  poll();
  Promise(state, kName, "allocations", static_cast<double>(allocations.count()), 0);
  Compare<ThreadTime>(state, kName, 1.2, poll, read);
  Promise(state, kName, "failures", static_cast<double>(failures), 0);
  state.counters["jobs"] = static_cast<double>(count);
}
BENCHMARK(Collect)->UseManualTime()->Iterations(kPolls);

}  // namespace
}  // namespace winjob::bench
