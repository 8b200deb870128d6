// The subcommands that compare a configuration with the jobs and processes that are there.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "exporter/cli/command.h"
#include "tests/fake_kernel/fake_kernel.h"
#include "winjob/job.h"

namespace winjob::exporter::cli {
namespace {

class CliJobsTest : public testing::Test {
 protected:
  CliJobsTest() { fake::Reset(); }
  ~CliJobsTest() override { std::filesystem::remove(path_); }

  void Write(const std::string& text) { std::ofstream(path_) << text; }
  std::string Run(int (*subcommand)(const Arguments&), Arguments arguments, int code = kDone) {
    arguments.push_back("--config.file=" + path_);
    testing::internal::CaptureStdout();
    EXPECT_EQ(subcommand(arguments), code);
    return testing::internal::GetCapturedStdout();
  }

  const std::string path_ =
      testing::TempDir() + "winjob_" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".yaml";
};

TEST_F(CliJobsTest, PlanWithoutAnotherFileAsksTheJobs) {
  Job job = *Job::Create("winjob-there");
  ASSERT_FALSE(job.SetLimits({.active_processes = 3}));
  Write("jobs: [{name: there, limits: {active_processes: 4}}, {name: more}]");
  EXPECT_EQ(Run(Plan, {}), "job there: changed: limits.active_processes\njob more: added\n");
  Write("jobs: [{name: there, limits: {active_processes: 3}}]");
  EXPECT_EQ(Run(Plan, {}), "nothing changes\n");
}

TEST_F(CliJobsTest, ExplainSaysThatAMemberStays) {
  Write("jobs: [{name: a, adopt: [{image: x.exe}, {user: nobody}]}, {name: b}]");
  const ProcessId process = fake::AddProcess();
  fake::DescribeAs(process, {.image = "x.exe"});
  const std::string id = std::to_string(static_cast<std::uint64_t>(process));
  EXPECT_NE(Run(Explain, {id}).find("takes it"), std::string::npos);
  const Job job = *Job::Create("winjob-b");
  ASSERT_FALSE(job.Assign(process));
  const std::string table = Run(Explain, {id});
  EXPECT_EQ(table.find("takes it"), std::string::npos) << table;
  EXPECT_NE(table.find("stays"), std::string::npos) << table;
  EXPECT_NE(table.find("in the job b"), std::string::npos) << table;
  EXPECT_EQ(
      Run(Explain, {id, "--json"}),
      "[{\"job_object\":\"a\",\"rule\":0,\"verdict\":\"stays\",\"reason\":\"it is in the job b, and a member is never "
      "moved\"},{\"job_object\":\"a\",\"rule\":1,\"verdict\":\"no\",\"reason\":\"user is \"}]\n");
  fake::DescribeAs(process, {.image = "y.exe"});
  EXPECT_NE(Run(Explain, {id}).find("stays"), std::string::npos) << "also of one that no rule matches";
}

TEST_F(CliJobsTest, ListShowAndDoctorKnowDiscoveredJobs) {
  const Job job = *Job::Create("Global\\C_7");
  Write("discover: [{object: 'Global\\C_*', name: 'found {1}'}]");
  EXPECT_NE(Run(List, {}).find("found 7"), std::string::npos);
  EXPECT_NE(Run(Show, {"found 7"}).find("Global\\C_7"), std::string::npos);
  EXPECT_EQ(Run(Doctor, {"--json"}), "[]\n");
  fake::RestrictAccess("Global\\C_7", 0);
  EXPECT_NE(Run(Doctor, {"--json"}, kFailed).find("\"subject\":\"found 7\""), std::string::npos);
  fake::FailNext(fake::Call::kListJobs, make_error_code(Win32Error::kNotSupported), 0, fake::kAlways);
  EXPECT_NE(Run(Doctor, {"--json"}, kFailed).find("\"subject\":\"discover\""), std::string::npos);
}

}  // namespace
}  // namespace winjob::exporter::cli
