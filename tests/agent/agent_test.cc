#include "agent/agent.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

config::JobConfig JobNamed(const std::string& name) {
  config::JobConfig job;
  job.name = name;
  job.object = "Local\\agent-test-" + name;
  job.start = {{{name + ".exe"}, "", {}}};
  return job;
}

config::Config ConfigOf(std::vector<config::JobConfig> jobs) {
  config::Config config;
  config.poll_interval = hours(1);
  config.max_age = milliseconds(0);
  config.jobs = std::move(jobs);
  return config;
}

class AgentTest : public testing::Test {
 protected:
  AgentTest() { fake::Reset(); }

  std::unique_ptr<Agent> Start(const config::Config& config) {
    auto agent = Agent::Start(config, records_.log(), [this](const Snapshot&, std::chrono::nanoseconds took) {
      EXPECT_GE(took.count(), 0);
      ++polls_;
    });
    EXPECT_TRUE(agent);
    return std::move(*agent);
  }

  RecordedLog records_;
  std::atomic<int> polls_{0};
};

std::uint64_t Total(const JobSample& sample, Event event) { return sample.events[static_cast<std::size_t>(event)]; }

// Reads until `done` holds for a snapshot, at most a minute.
bool Eventually(Agent& agent, const auto& done) {
  const auto deadline = std::chrono::steady_clock::now() + seconds(60);
  while (!done(*agent.Fresh()))
    if (std::chrono::steady_clock::now() > deadline) return false;
  return true;
}

TEST_F(AgentTest, CountersAndEventsOfEachJobReachTheSnapshot) {
  const auto agent = Start(ConfigOf({JobNamed("a"), JobNamed("b")}));
  const auto started = fake::StartedProcesses();
  ASSERT_EQ(started.size(), 2u);
  fake::Usage usage;
  usage.user_time = Ticks(30'000'000);
  fake::Use(started[1].id, usage);
  ASSERT_TRUE(fake::Spawn(started[1].id));
  fake::Exit(started[0].id, 0);

  ASSERT_TRUE(Eventually(*agent, [](const Snapshot& snapshot) {
    return Total(snapshot.jobs[0], Event::kActiveProcessZero) == 1 && Total(snapshot.jobs[1], Event::kNewProcess) == 2;
  }));
  const SnapshotPool::Lease snapshot = agent->Fresh();
  EXPECT_EQ(snapshot->jobs[0].counters.active_processes, 0u);
  EXPECT_EQ(Total(snapshot->jobs[0], Event::kExitProcess), 1u);
  EXPECT_EQ(snapshot->jobs[1].counters.active_processes, 2u);
  EXPECT_EQ(snapshot->jobs[1].counters.user_time, Ticks(30'000'000));
  EXPECT_EQ(Total(snapshot->jobs[1], Event::kExitProcess), 0u);
}

TEST_F(AgentTest, OneFailingJobChangesNoOther) {
  config::JobConfig absent = JobNamed("absent");
  absent.mode = config::Mode::kOpen;
  const auto agent = Start(ConfigOf({absent, JobNamed("good")}));
  const SnapshotPool::Lease snapshot = agent->Fresh();
  EXPECT_EQ(snapshot->jobs[0].state, JobState::kAbsent);
  EXPECT_TRUE(snapshot->jobs[1].up);
}

TEST_F(AgentTest, ProcessesAreShownOfThoseJobsThatAsk) {
  config::Config config = ConfigOf({JobNamed("a"), JobNamed("b"), JobNamed("observed"), JobNamed("absent")});
  for (const std::size_t asks : {1, 2, 3}) config.jobs[asks].process_metrics.emplace();
  config.jobs[2].mode = config.jobs[3].mode = config::Mode::kObserve;
  config.jobs[2].object = config.jobs[0].object = "Local\\agent-test-shared";
  config.jobs[2].start = config.jobs[3].start = {};
  const auto owner = Start(ConfigOf({config.jobs[0]}));
  config.jobs.erase(config.jobs.begin());
  const auto agent = Start(config);
  const SnapshotPool::Lease snapshot = agent->Fresh();
  ASSERT_EQ(snapshot->processes.size(), 2u) << "there is none of an absent job";
  EXPECT_EQ(snapshot->processes[0].job, 0u);
  EXPECT_EQ(snapshot->processes[1].job, 1u);
  const auto started = fake::StartedProcesses();
  EXPECT_EQ(snapshot->processes[0].processes[0].id, started[1].id);
  EXPECT_EQ(snapshot->processes[1].processes[0].id, started[0].id);
}

TEST_F(AgentTest, EqualKernelNamesAreTheSecondJobsConflict) {
  config::JobConfig first = JobNamed("first");
  config::JobConfig second = JobNamed("second");
  first.object = "Local\\agent-test-same";
  second.object = "agent-test-same";
  const auto agent = Start(ConfigOf({first, second}));
  EXPECT_EQ(agent->Fresh()->jobs[0].state, JobState::kOpen);
  EXPECT_EQ(agent->Fresh()->jobs[1].state, JobState::kConflict);
  EXPECT_EQ(records_.Count({"same kernel name", "job_object=second", "first=first"}), 1);
}

TEST_F(AgentTest, AYoungSnapshotIsNotTakenAgain) {
  config::Config config = ConfigOf({JobNamed("a")});
  config.max_age = hours(1);
  const auto agent = Start(config);
  for (int i = 0; i < 5; ++i) (void)agent->Fresh();
  EXPECT_EQ(polls_, 1);
}

TEST_F(AgentTest, PollsByItselfWhenNobodyAsks) {
  config::Config config = ConfigOf({JobNamed("a")});
  config.poll_interval = milliseconds(5);
  const auto agent = Start(config);
  const auto deadline = std::chrono::steady_clock::now() + seconds(60);
  while (polls_ < 4 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_GE(polls_, 4);
}

TEST_F(AgentTest, ManyReadersShareThePollsAndNeverSeeATornOne) {
  config::Config config = ConfigOf({JobNamed("a"), JobNamed("b")});
  config.max_age = milliseconds(1);
  config.poll_interval = milliseconds(2);
  const auto agent = Start(config);
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i)
    readers.emplace_back([&] {
      for (int n = 0; n < 300; ++n) {
        const SnapshotPool::Lease snapshot = agent->Fresh();
        EXPECT_TRUE(snapshot->jobs[0].up);
        EXPECT_TRUE(snapshot->jobs[1].up);
      }
    });
  for (int n = 0; n < 200; ++n) {
    const auto child = fake::Spawn(fake::StartedProcesses()[0].id);
    ASSERT_TRUE(child);
    fake::Exit(*child, 0);
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_TRUE(Eventually(*agent, [](const Snapshot& s) { return Total(s.jobs[0], Event::kExitProcess) == 200; }));
}

TEST_F(AgentTest, FailsOnlyWithoutAPort) {
  fake::FailNext(fake::Call::kCreatePort, make_error_code(Win32Error::kNoSystemResources));
  const auto agent = Agent::Start(ConfigOf({}), records_.log(), [](const Snapshot&, std::chrono::nanoseconds) {});
  ASSERT_FALSE(agent);
  EXPECT_EQ(agent.error(), Win32Error::kNoSystemResources);
}

TEST_F(AgentTest, AfterAStopTheLastReadingIsStillThere) {
  const auto agent = Start(ConfigOf({JobNamed("a")}));
  agent->Stop();
  agent->Stop();
  EXPECT_EQ(agent->Fresh()->jobs[0].counters.total_processes, 1u);
  EXPECT_EQ(polls_, 2) << "one at the start, one for the final totals";
}

TEST_F(AgentTest, ClosesEverythingAtItsEnd) {
  config::JobConfig kill = JobNamed("kill");
  kill.on_exit = config::OnExit::kKill;
  { const auto agent = Start(ConfigOf({kill, JobNamed("keep")})); }
  const auto started = fake::StartedProcesses();
  EXPECT_FALSE(fake::Alive(started[0].id));
  EXPECT_TRUE(fake::Alive(started[1].id));
  EXPECT_EQ(fake::OpenHandles(), 0u);
}

}  // namespace
}  // namespace winjob::agent
