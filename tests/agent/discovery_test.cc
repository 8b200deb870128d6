// The agent observes jobs of others that its configuration describes by patterns.
#include <gtest/gtest.h>

#include <thread>

#include "agent/agent.h"
#include "config/load.h"
#include "tests/agent/containerd_folder.h"
#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

constexpr const char* kRules = R"(
poll_interval: 1ms
max_age: 1ms
discover: [{object: 'Global\C_*', name: '{1}'}]
)";

config::Config Parse(const std::string& text) {
  const auto config = config::Load(text);
  EXPECT_TRUE(config) << config::Describe(text, config.error()[0]);
  return *config;
}

class DiscoveryTest : public testing::Test {
 protected:
  DiscoveryTest() { fake::Reset(); }

  void Start(const std::string& text) {
    agent_ = std::move(*Agent::Start(Parse(text), records_.log(), [](const Snapshot&, auto) {}));
  }
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const JobDescription& job : *agent_->Fresh()->descriptions) names.push_back(job.name);
    return names;
  }
  std::optional<JobSample> Sample(std::string_view name) {
    const SnapshotPool::Lease snapshot = agent_->Fresh();
    for (std::size_t i = 0; i < snapshot->jobs.size(); ++i)
      if ((*snapshot->descriptions)[i].name == name) return snapshot->jobs[i];
    return std::nullopt;
  }
  bool Eventually(const auto& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!done()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  RecordedLog records_;
  std::unique_ptr<Agent> agent_;
};

using Texts = std::vector<std::string>;

TEST_F(DiscoveryTest, TheContainerOfAJobIsPartOfItsDescription) {
  const ContainerdFolder folder;
  const Job job = *Job::Create("Global\\C_7");
  const std::string rule = "object: 'Global\\C_*', name: '{1}'";
  const std::string times = "poll_interval: 1ms\nmax_age: 1ms\n";
  Start(times + "discover: [{" + rule + ", containerd: '" + folder.path() + "'}]");
  const auto container = [&] { return agent_->Fresh()->descriptions->at(0).container; };
  ASSERT_TRUE(Eventually([&] { return Names() == Texts{"7"}; }));
  EXPECT_EQ(container(), Container());
  folder.Write("7", R"({"annotations": {"io.kubernetes.cri.sandbox-namespace": "shop"}})");
  EXPECT_TRUE(Eventually([&] { return container() == Container{"shop", "", ""}; }));
  ASSERT_TRUE(agent_->Reload(Parse(times + "discover: [{" + rule + "}]")));
  EXPECT_TRUE(Eventually([&] { return container() == Container(); })) << "the rule knows no folder any more";
}

TEST_F(DiscoveryTest, AJobOfAnotherAppearsIsReadAndGoesWithItsProgram) {
  Start(std::string(kRules) + "jobs: [{name: own}]");
  EXPECT_EQ(Names(), (Texts{"own"}));
  std::optional<Job> job = *Job::Create("Global\\C_7");
  ASSERT_FALSE(job->SetKillOnClose(true));
  const ProcessId process = fake::AddProcess();
  ASSERT_FALSE(job->Assign(process));
  ASSERT_TRUE(Eventually([&] { return Names() == Texts{"own", "7"}; }));
  fake::Use(process, {.user_time = Ticks(5)});
  ASSERT_TRUE(Eventually([&] { return Sample("7")->counters.user_time == Ticks(5); }));
  const JobSample sample = *Sample("7");
  EXPECT_EQ(sample.state, JobState::kOpen);
  EXPECT_EQ(sample.port, PortState::kNone) << "the port is its owner's";
  EXPECT_EQ(agent_->Fresh()->discovery.found, 1U);

  job.reset();
  EXPECT_TRUE(Eventually([&] { return !fake::Alive(process); })) << "the agent kept it alive";
  EXPECT_TRUE(Eventually([&] { return !fake::NameExists("Global\\C_7"); }));
  EXPECT_TRUE(Eventually([&] {
    const auto last = Sample("7");
    return !last || last->state == JobState::kAbsent;
  }));
  EXPECT_TRUE(Eventually([&] { return Names() == Texts{"own"}; })) << "dropped in the end";
  EXPECT_EQ(agent_->Fresh()->discovery.found, 0U);
  EXPECT_EQ(records_.Count({"observed is over", "job_object=7"}), 1);
  EXPECT_EQ(records_.Count({"cannot be watched"}), 0) << "jobs of others come and go";
}

TEST_F(DiscoveryTest, NothingOfTheJobIsChanged) {
  const Job job = *Job::Create("Global\\C_1");
  const unsigned sets = fake::Calls(fake::Call::kSetInformation);
  const unsigned creates = fake::Calls(fake::Call::kCreateJob);
  Start(kRules);
  ASSERT_TRUE(Eventually([&] { return Sample("1") && Sample("1")->up; }));
  agent_.reset();
  EXPECT_EQ(fake::Calls(fake::Call::kSetInformation), sets);
  EXPECT_EQ(fake::Calls(fake::Call::kCreateJob), creates);
  EXPECT_EQ(fake::OpenHandles(), 1U) << "that of its owner";
}

TEST_F(DiscoveryTest, AJobThatMayNotBeReadIsDenied) {
  const Job job = *Job::Create("Global\\C_1");
  fake::RestrictAccess("Global\\C_1", 0);
  Start(kRules);
  ASSERT_TRUE(Sample("1"));
  EXPECT_EQ(Sample("1")->state, JobState::kDenied);
}

TEST_F(DiscoveryTest, AConfiguredJobThatIsObservedIsLetGoOfWithItsOwner) {
  std::optional<Job> job = *Job::Create("theirs");
  ASSERT_FALSE(job->SetKillOnClose(true));
  const ProcessId process = fake::AddProcess();
  ASSERT_FALSE(job->Assign(process));
  Start("max_age: 1ms\npoll_interval: 1ms\njobs: [{name: a, object: theirs, mode: observe}]");
  EXPECT_EQ(Sample("a")->state, JobState::kOpen);
  job.reset();
  EXPECT_TRUE(Eventually([&] { return Sample("a")->state == JobState::kAbsent; }));
  EXPECT_FALSE(fake::Alive(process));
  const Job again = *Job::Create("theirs");
  EXPECT_FALSE(again.existed());
  EXPECT_TRUE(Eventually([&] { return Sample("a")->state == JobState::kOpen; }));
  EXPECT_EQ(Sample("a")->regressions, 0U) << "it is another job";
}

TEST_F(DiscoveryTest, AReloadChangesWhatIsDiscoveredAndKeepsWhatStays) {
  std::map<std::string, Job> jobs;
  for (const std::string name : {"Global\\C_1", "Global\\C_2", "Global\\D_3"}) jobs.emplace(name, *Job::Create(name));
  Start(kRules);
  EXPECT_EQ(Names(), (Texts{"1", "2"}));
  const unsigned opens = fake::Calls(fake::Call::kOpenJob);
  const auto plan = agent_->Reload(Parse(std::string(kRules) + "jobs: [{name: new, object: Global\\C_2, mode: open}]"));
  ASSERT_TRUE(plan) << plan.error();
  EXPECT_EQ(Names(), (Texts{"new", "1"})) << "a configured job is not discovered";
  EXPECT_EQ(fake::Calls(fake::Call::kOpenJob), opens + 1) << "the other kept its handle";
  EXPECT_EQ(Sample("new")->port, PortState::kAttached);

  const auto other = agent_->Reload(Parse(R"({poll_interval: 1ms, max_age: 1ms, discover_limit: 2,
      discover: [{object: 'Global\*_*', name: '{1}{2}'}]})"));
  ASSERT_TRUE(other) << other.error();
  EXPECT_EQ(other->settings, (Texts{"discover", "discover_limit"}));
  EXPECT_EQ(Names(), (Texts{"C1", "C2"}));
  EXPECT_EQ(agent_->Fresh()->discovery.left_out[static_cast<std::size_t>(LeftOut::kLimit)], 1U);
  ASSERT_TRUE(agent_->Reload(Parse("max_age: 1ms")));
  EXPECT_EQ(Names(), Texts{});
  EXPECT_EQ(agent_->Fresh()->discovery.found, 0U);
  EXPECT_EQ(fake::OpenHandles(), 3U + 1U) << "the jobs of this test, and the agent's port";
}

TEST_F(DiscoveryTest, ARefusedReloadLeavesDiscoveredJobsAlone) {
  const Job job = *Job::Create("Global\\C_1");
  Start(std::string(kRules) + "jobs: [{name: own}]");
  fake::FailNextOn("winjob-own", fake::Call::kSetInformation, make_error_code(Win32Error::kInvalidParameter), 0,
                   fake::kAlways);
  ASSERT_FALSE(agent_->Reload(Parse("jobs: [{name: own, limits: {active_processes: 3}}]")));
  EXPECT_EQ(Names(), (Texts{"own", "1"}));
  EXPECT_EQ(Sample("1")->state, JobState::kOpen);
}

}  // namespace
}  // namespace winjob::agent
