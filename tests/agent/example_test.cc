// The example of every key, followed on the fake kernel: planned, made, its command started, its processes adopted.
// (That its limits are in force is a test of limits_test.cc.)
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/agent.h"
#include "config/load.h"
#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

class ExampleTest : public testing::Test {
 protected:
  ExampleTest() {
    fake::Reset();
    fake::SetIdentity({"windows", "full", ""});
    auto config = config::LoadFile("config/example.yaml");
    EXPECT_TRUE(config) << config::Describe("config/example.yaml", config.error()[0]);
    config_ = std::move(*config);
    config_.max_age = {};
  }

  static ProcessId Add(const fake::Description& description) {
    const ProcessId process = fake::AddProcess();
    fake::DescribeAs(process, description);
    return process;
  }

  config::Config config_;
  RecordedLog records_;
};

TEST_F(ExampleTest, IsPlannedAsOneNewJob) {
  config::Config none;
  none.max_age = config_.max_age;
  none.discover = config_.discover;
  EXPECT_EQ(Describe(MakePlan(none, config_)), "job build: added\n");
  EXPECT_TRUE(MakePlan(config_, config_).empty());
}

TEST_F(ExampleTest, IsFollowedInAllItSays) {
  const ProcessId compiler = Add({.image = "MSBuild.exe"});
  const ProcessId parent = Add({.image = "x.exe"});
  const fake::Description all{"tool.exe", "C:\\tools\\bin\\tool.exe", "tool -job=47", "CI\\svc", {"Spooler"}, parent};
  const ProcessId tool = Add(all);
  fake::Description other = all;
  other.services = {"Themes"};
  const ProcessId stranger = Add(other);

  const auto agent = std::move(*Agent::Start(config_, records_.log(), [](const Snapshot&, auto) {}));
  const JobSample sample = agent->Fresh()->jobs[0];
  EXPECT_EQ(sample.state, JobState::kOpen);
  EXPECT_TRUE(sample.up);
  EXPECT_EQ(sample.port, PortState::kAttached);
  EXPECT_EQ(fake::Security("Global\\Build"), "D:(A;;GA;;;BA)(A;;0x100004;;;AU)");
  ASSERT_EQ(fake::StartedProcesses().size(), 1U);
  const kernel::StartRequest request = fake::StartedProcesses()[0].request;
  EXPECT_EQ(request.command, (std::vector<std::string>{"C:\\build\\agent.exe", "--once"}));
  EXPECT_EQ(request.directory, "C:\\build");
  EXPECT_EQ(request.environment, (std::map<std::string, std::string>{{"LEVEL", "2"}}));

  const std::vector<ProcessId> members = fake::Members("Global\\Build");
  EXPECT_EQ(members.size(), 3U);
  for (const ProcessId process : {compiler, tool})
    EXPECT_NE(std::find(members.begin(), members.end(), process), members.end());
  EXPECT_EQ(std::find(members.begin(), members.end(), stranger), members.end());
  EXPECT_EQ(agent->Fresh()->jobs[0].adoptions.adopted, 2U);
  EXPECT_EQ(records_.Count({"adopted a process", "groups=id=47"}), 1);
  for (const char* complaint : {"cannot", "not in force", "refused"}) EXPECT_EQ(records_.Count({complaint}), 0);
}

}  // namespace
}  // namespace winjob::agent
