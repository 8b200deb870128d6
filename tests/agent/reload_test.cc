// Another configuration while the agent runs: all of it or nothing, and what it does not change goes on.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "agent/agent.h"
#include "config/load.h"
#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

using Kind = JobChange::Kind;

config::Config Parse(const std::string& text) {
  const auto config = config::Load(text);
  EXPECT_TRUE(config) << config::Describe(text, config.error()[0]);
  return *config;
}

TEST(Plan, NamesEachJobAndKeyThatDiffers) {
  const config::Config from = Parse(R"(
poll_interval: 1h
jobs:
  - {name: same, limits: {active_processes: 3}}
  - {name: changed, limits: {active_processes: 3, job_memory: 1GiB}, on_exit: kill}
  - {name: moved, object: a}
  - {name: mode}
  - {name: gone}
)");
  const config::Config to = Parse(R"(
poll_interval: 2h
jobs:
  - {name: new}
  - {name: changed, limits: {active_processes: 4, cpu: {cores: 1}}, notify: {read_bytes: 1B}}
  - {name: moved, object: b}
  - {name: mode, mode: open}
  - {name: same, limits: {active_processes: 3}, object: winjob-same}
)");
  const Plan plan = MakePlan(from, to);
  EXPECT_EQ(plan.settings, std::vector<std::string>{"poll_interval"});
  const std::vector<JobChange> expected = {
      {Kind::kAdded, "new"},
      {Kind::kChanged, "changed", {"limits.cpu", "notify", "on_exit", "limits.job_memory", "limits.active_processes"}},
      {Kind::kReplaced, "moved", {"object"}},
      {Kind::kReplaced, "mode", {"mode"}},
      {Kind::kChanged, "same", {"object"}},
      {Kind::kRemoved, "gone"},
  };
  EXPECT_EQ(plan.jobs, expected) << Describe(plan);
  EXPECT_TRUE(MakePlan(from, from).empty());
  EXPECT_EQ(Describe(MakePlan(from, from)), "nothing changes\n");
  EXPECT_NE(Describe(plan).find("job changed: changed: limits.cpu, notify"), std::string::npos);
  EXPECT_NE(ToJson(plan).find(R"({"job_object":"gone","change":"removed","keys":[]})"), std::string::npos)
      << ToJson(plan);
}

class ReloadTest : public testing::Test {
 protected:
  ReloadTest() { fake::Reset(); }

  void Start(const std::string& text) {
    agent_ = std::move(*Agent::Start(Parse(text), records_.log(), [](const Snapshot&, auto) {}));
  }
  Result<Plan, std::string> Reload(const std::string& text) { return agent_->Reload(Parse(text)); }

  JobSample Sample(std::string_view name) {
    const SnapshotPool::Lease snapshot = agent_->Fresh();
    for (std::size_t i = 0; i < snapshot->jobs.size(); ++i)
      if ((*snapshot->descriptions)[i].name == name) return snapshot->jobs[i];
    ADD_FAILURE() << name;
    return {};
  }
  // Until the watcher has done all that it was told of.
  void Settle() {
    for (int i = 0; i < 12; ++i) {
      const auto before = agent_->Fresh()->taken;
      while (agent_->Fresh()->taken == before) std::this_thread::yield();
    }
  }
  static std::uint32_t LimitOf(std::string_view object) {
    return Job::Open(object)->QueryLimits()->active_processes.value_or(0);
  }

  RecordedLog records_;
  std::unique_ptr<Agent> agent_;
};

TEST_F(ReloadTest, AnUnchangedJobKeepsItsHandleAndCounters) {
  Start(
      "max_age: 1ms\njobs: [{name: a, start: [{command: [a.exe]}]}, {name: "
      "b}]");
  const unsigned creates = fake::Calls(fake::Call::kCreateJob);
  ASSERT_TRUE(
      Reload("max_age: 1ms\njobs: [{name: c}, {name: a, start: "
             "[{command: [a.exe]}]}]"));
  EXPECT_EQ(fake::Calls(fake::Call::kCreateJob), creates + 1) << "only the new one";
  EXPECT_EQ(fake::StartedProcesses().size(), 1u) << "the command was started again";
  EXPECT_EQ(Sample("a").counters.total_processes, 1u);
  EXPECT_EQ(Sample("a").events[std::size_t(Event::kExitProcess)], 0u);
  EXPECT_EQ(Sample("c").state, JobState::kOpen);
  EXPECT_FALSE(fake::NameExists("winjob-b")) << "closed";
  fake::Exit(fake::StartedProcesses()[0].id, 0);
  while (Sample("a").events[std::size_t(Event::kExitProcess)] == 0) std::this_thread::yield();
}

TEST_F(ReloadTest, LimitsAreSetTakenOffAndChanged) {
  Start(
      "max_age: 1ms\njobs: [{name: a, limits: {active_processes: 3, "
      "job_memory: 1GiB}}]");
  const auto plan = Reload(
      "max_age: 1ms\njobs: [{name: a, limits: "
      "{active_processes: 5, process_memory: 1MiB}}]");
  ASSERT_TRUE(plan) << plan.error();
  const Limits limits = *Job::Open("winjob-a")->QueryLimits();
  EXPECT_EQ(limits, (Limits{.process_memory = Bytes(1 << 20), .active_processes = 5}));
  const JobSample sample = Sample("a");
  EXPECT_EQ(sample.limits[std::size_t(LimitKind::kJobMemory)], LimitStatus::kUnnamed);
  EXPECT_EQ(sample.limits[std::size_t(LimitKind::kProcessMemory)], LimitStatus::kHeld);
  ASSERT_TRUE(Reload("max_age: 1ms\njobs: [{name: a, on_exit: kill}]"));
  EXPECT_NE(fake::LimitFlags("winjob-a") & abi::kLimitKillOnJobClose, 0u);
  ASSERT_TRUE(Reload("max_age: 1ms\njobs: [{name: a}]"));
  EXPECT_EQ(fake::LimitFlags("winjob-a"), 0u);
}

TEST_F(ReloadTest, SeriesOfProcessesComeAndGoAndTheJobsCountersStay) {
  const std::string job = "max_age: 1ms\njobs: [{name: a, start: [{command: [a.exe]}]";
  Start(job + "}]");
  const ProcessId first = fake::StartedProcesses()[0].id;
  for (int child = 0; child < 4; ++child) ASSERT_TRUE(fake::Spawn(first));
  const unsigned creates = fake::Calls(fake::Call::kCreateJob);
  const unsigned questions = fake::Calls(fake::Call::kQueryProcessCounters);
  const auto shown = [&](const std::string& more) -> std::size_t {
    const auto plan = Reload(job + more);
    EXPECT_TRUE(plan) << plan.error();
    EXPECT_EQ(fake::Calls(fake::Call::kCreateJob), creates);
    EXPECT_EQ(fake::StartedProcesses().size(), 1u);
    EXPECT_EQ(Sample("a").counters.total_processes, 5u);
    const auto snapshot = agent_->Fresh();
    return snapshot->processes.empty() ? 0 : snapshot->processes[0].processes.size();
  };
  EXPECT_EQ(shown("}]"), 0u);
  EXPECT_EQ(fake::Calls(fake::Call::kQueryProcessCounters), questions) << "nobody asked";
  EXPECT_EQ(shown(", process_metrics: {top: 2}}]"), 2u);
  EXPECT_EQ(shown(", process_metrics: {top: 4, by: cpu}}]"), 4u);
  EXPECT_EQ(shown(", process_metrics: {top: 4, by: cpu}}]\nseries_budget: 10"), 2u);
  EXPECT_EQ(agent_->Fresh()->dropped_series, 10u);
  EXPECT_EQ(shown(", process_metrics: {top: 1}}]"), 1u);
  EXPECT_EQ(agent_->Fresh()->dropped_series, 0u);
  EXPECT_EQ(shown("}]"), 0u);
}

TEST_F(ReloadTest, ARefusalLeavesEverythingAsItWas) {
  Start(
      "max_age: 1ms\njobs: [{name: a, limits: {active_processes: 3}}, {name: "
      "b, limits: {active_processes: 4}}]");
  fake::DropPrivilege();
  const auto plan = Reload(
      "max_age: 1ms\njobs: [{name: a, limits: {active_processes: 30}}, "
      "{name: b, limits: {active_processes: 40, "
      "scheduling_class: 9}}, {name: c}]");
  ASSERT_FALSE(plan);
  EXPECT_NE(plan.error().find("job b: "), std::string::npos) << plan.error();
  EXPECT_NE(plan.error().find("scheduling_class"), std::string::npos) << plan.error();
  EXPECT_EQ(LimitOf("winjob-a"), 3u);
  EXPECT_EQ(LimitOf("winjob-b"), 4u);
  EXPECT_FALSE(fake::NameExists("winjob-c"));
  EXPECT_EQ(agent_->jobs().size(), 2u);
  EXPECT_EQ(Sample("a").limits[std::size_t(LimitKind::kActiveProcesses)], LimitStatus::kHeld);
  EXPECT_TRUE(MakePlan(agent_->config(), Parse("max_age: 1ms\njobs: [{name: a, limits: {active_processes: 3}}, "
                                               "{name: b, limits: {active_processes: 4}}]"))
                  .empty());
}

TEST_F(ReloadTest, ALimitThatWasRefusedIsSetOnceItCanBe) {
  Start("max_age: 1ms\njobs: [{name: a, limits: {active_processes: 3, cpu: {cores: 4000}}}]");
  const auto status = [&] { return Sample("a").limits[std::size_t(LimitKind::kCpu)]; };
  EXPECT_EQ(status(), LimitStatus::kRefused);
  const std::string with_others = "max_age: 1ms\njobs: [{name: a, limits: {active_processes: 4, cpu: {cores: 4000}}}]";
  ASSERT_TRUE(Reload(with_others)) << "what was refused does not keep the rest from being changed";
  EXPECT_EQ(status(), LimitStatus::kRefused);
  EXPECT_EQ(LimitOf("winjob-a"), 4u);
  const std::string possible = "max_age: 1ms\njobs: [{name: a, limits: {active_processes: 4, cpu: {cap: 50%}}}]";
  ASSERT_TRUE(Reload(possible));
  EXPECT_EQ(status(), LimitStatus::kHeld);
  EXPECT_EQ(Job::Open("winjob-a")->QueryLimits()->cpu, CpuLimit{CpuCap{*CpuRate::FromPercent(50)}});
}

TEST_F(ReloadTest, AfterARefusalALimitThatWasRefusedBeforeIsNotSet) {
  fake::DropPrivilege();
  Start("max_age: 1ms\njobs: [{name: a, limits: {scheduling_class: 9}}, {name: b}]");
  const auto refused = Reload(
      "max_age: 1ms\njobs: [{name: a, limits: {scheduling_class: 4}}, {name: b, limits: {scheduling_class: 8}}]");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("job b: "), std::string::npos) << refused.error();
  EXPECT_FALSE(Job::Open("winjob-a")->QueryLimits()->scheduling_class);
  EXPECT_EQ(records_.Count({"cannot be set back"}), 0);
  EXPECT_EQ(Sample("a").limits[std::size_t(LimitKind::kSchedulingClass)], LimitStatus::kRefused);
}

TEST_F(ReloadTest, AnotherSecurityOfAJobThatIsThereIsRefused) {
  Start("jobs: [{name: a, security: 'D:(A;;GA;;;BA)'}]");
  const auto plan = Reload("jobs: [{name: a, security: 'D:(A;;GA;;;SY)'}]");
  ASSERT_FALSE(plan);
  EXPECT_NE(plan.error().find("job a: security: "), std::string::npos) << plan.error();
}

TEST_F(ReloadTest, JobsHaveTheirGracesAtTheSameTime) {
  std::string jobs;
  for (int i = 0; i < 8; ++i)
    jobs += "  - {name: j" + std::to_string(i) + ", on_exit: kill, start: [{command: [a.exe], stop: {grace: 1s}}]}\n";
  Start("jobs:\n" + jobs);
  for (const fake::Started& process : fake::StartedProcesses()) fake::IgnoreStop(process.id);
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(Reload("jobs: []"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(6)) << "one after the other takes 8";
  for (const fake::Started& process : fake::StartedProcesses()) EXPECT_FALSE(fake::Alive(process.id));
}

TEST_F(ReloadTest, ARemovedJobEndsAsAtTheAgentsEnd) {
  Start(
      "jobs: [{name: kill, on_exit: kill, start: [{command: [a.exe]}]}, "
      "{name: keep, start: [{command: [b.exe]}]}]");
  ASSERT_TRUE(Reload("jobs: []"));
  EXPECT_FALSE(fake::Alive(fake::StartedProcesses()[0].id));
  EXPECT_TRUE(fake::Alive(fake::StartedProcesses()[1].id));
}

TEST_F(ReloadTest, NewCommandsAreStartedAndOthersAreLeftToThemselves) {
  Start("jobs: [{name: a, start: [{command: [one.exe]}, {command: [two.exe]}]}]");
  ASSERT_TRUE(
      Reload("jobs: [{name: a, start: [{command: [two.exe]}, {command: "
             "[three.exe]}]}]"));
  const auto started = fake::StartedProcesses();
  ASSERT_EQ(started.size(), 3u);
  EXPECT_EQ(started[2].request.command[0], "three.exe");
  for (const fake::Started& process : started) EXPECT_TRUE(fake::Alive(process.id));
}

TEST_F(ReloadTest, OtherThresholdsBeginAnewAndTotalsGoOn) {
  Start(
      "max_age: 1ms\njobs: [{name: a, start: [{command: [a.exe]}], notify: "
      "{read_bytes: 10B}}]");
  const ProcessId process = fake::StartedProcesses()[0].id;
  const auto violations = [&] { return Sample("a").violations[std::size_t(NotificationKind::kReadBytes)]; };
  fake::Use(process, {.read_bytes = Bytes(11)});
  while (violations() < 1) std::this_thread::yield();
  ASSERT_TRUE(
      Reload("max_age: 1ms\njobs: [{name: a, start: [{command: "
             "[a.exe]}], notify: {read_bytes: 100B}}]"));
  fake::Use(process, {.read_bytes = Bytes(90)});  // 101
  while (violations() < 2) std::this_thread::yield();
  EXPECT_EQ(violations(), 2u);
}

TEST_F(ReloadTest, AHundredReloadsUnderScrapesLoseNothingAndLeakNothing) {
  const std::string first = "max_age: 1ms\njobs: [{name: a, start: [{command: [a.exe]}]}, {name: b}]";
  const std::string second =
      "max_age: 1ms\njobs: [{name: c, on_exit: kill}, {name: a, start: "
      "[{command: [a.exe]}], limits: {active_processes: "
      "500}}]";
  Start(first);
  while (Sample("a").events[std::size_t(Event::kNewProcess)] == 0) std::this_thread::yield();
  Settle();
  const std::size_t handles = fake::OpenHandles();
  std::atomic<bool> stop{false};
  std::atomic<int> bad{0};
  std::vector<std::thread> scrapers;
  for (int i = 0; i < 3; ++i)
    scrapers.emplace_back([&] {
      std::uint64_t last = 0;
      while (!stop) {
        const SnapshotPool::Lease snapshot = agent_->Fresh();
        if (snapshot->jobs.size() != snapshot->descriptions->size()) ++bad;
        for (std::size_t j = 0; j < snapshot->jobs.size(); ++j) {
          if ((*snapshot->descriptions)[j].name != "a") continue;
          const std::uint64_t total = snapshot->jobs[j].counters.total_processes.value_or(0);
          if (total < last) ++bad;
          last = total;
        }
      }
    });
  const ProcessId process = fake::StartedProcesses()[0].id;
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(Reload(i % 2 == 0 ? second : first));
    fake::Exit(*fake::Spawn(process), 0);
  }
  stop = true;
  for (std::thread& scraper : scrapers) scraper.join();
  EXPECT_EQ(bad, 0);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (fake::OpenHandles() != handles && std::chrono::steady_clock::now() < deadline) (void)agent_->Fresh();
  EXPECT_EQ(fake::OpenHandles(), handles);
}

}  // namespace
}  // namespace winjob::agent
