// What a configuration would change of the jobs that are there.
#include <gtest/gtest.h>

#include "agent/plan.h"
#include "config/load.h"
#include "tests/fake_kernel/fake_kernel.h"
#include "winjob/job.h"

namespace winjob::agent {
namespace {

using Kind = JobChange::Kind;

TEST(PlanFromJobs, ComparesLimitsWithThoseInForce) {
  fake::Reset();
  const auto config = config::Load(R"(
jobs:
  - {name: new, limits: {job_memory: 1GiB}}
  - {name: same, limits: {job_memory: 1GiB, active_processes: 3}, on_exit: kill}
  - {name: other, limits: {job_memory: 2GiB, active_processes: 3, cpu: {cores: 3}}, on_exit: kill}
  - {name: bare}
  - {name: theirs, mode: observe}
  - {name: closed, limits: {job_memory: 1GiB}}
)");
  ASSERT_TRUE(config) << config::Describe("f", config.error()[0]);
  std::map<std::string, Job> jobs;
  for (const char* name : {"same", "other", "bare", "theirs", "closed"}) {
    jobs.emplace(name, *Job::Create("winjob-" + std::string(name)));
    const Limits limits{.job_memory = Bytes(1 << 30), .active_processes = 3, .kill_on_close = true};
    ASSERT_FALSE(jobs.at(name).SetLimits(limits));
  }
  fake::RestrictAccess("winjob-closed", 0);
  const unsigned sets = fake::Calls(fake::Call::kSetInformation);
  const Plan plan = PlanFromJobs(*config);
  const std::vector<JobChange> expected = {
      {Kind::kAdded, "new"},
      {Kind::kUnchanged, "same"},
      {Kind::kChanged, "other", {"limits.job_memory", "limits.cpu"}},
      {Kind::kUnchanged, "bare"},
      {Kind::kUnchanged, "theirs"},
      {Kind::kUnchanged, "closed"},
  };
  EXPECT_EQ(plan.jobs, expected) << Describe(plan);
  EXPECT_TRUE(plan.settings.empty());
  EXPECT_EQ(fake::Calls(fake::Call::kSetInformation), sets) << "asking changes nothing";
  EXPECT_FALSE(fake::NameExists("winjob-new"));
}

}  // namespace
}  // namespace winjob::agent
