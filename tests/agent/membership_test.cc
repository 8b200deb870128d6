// Which configured job has a process.
#include "agent/membership.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "tests/fake_kernel/fake_kernel.h"
#include "winjob/job.h"

namespace winjob::agent {
namespace {

TEST(Membership, IsThatOfAJobWhichAnAgentMayHaveCreated) {
  fake::Reset();
  const auto config =
      config::Load(R"(jobs: [{name: frame, object: x, mode: open}, {name: watched, object: x, mode: observe},
      {name: missing}, {name: a, object: y}, {name: b, object: z, mode: create}])");
  ASSERT_TRUE(config);
  std::map<std::string, Job> jobs;
  for (const char* name : {"x", "y", "z", "elsewhere"}) jobs.emplace(name, *Job::Create(name));
  const struct {
    const char* object;
    const char* name;
  } kCases[] = {{"x", ""}, {"y", "a"}, {"z", "b"}, {"elsewhere", ""}};
  for (const auto& [object, name] : kCases) {
    const ProcessId process = fake::AddProcess();
    EXPECT_EQ(JobThatHas(process, *config), "") << "not yet";
    ASSERT_FALSE(jobs.at(object).Assign(process));
    EXPECT_EQ(JobThatHas(process, *config), name) << object;
  }
  EXPECT_EQ(JobThatHas(ProcessId{999'999}, *config), "");
  EXPECT_EQ(fake::OpenHandles(), jobs.size());
}

}  // namespace
}  // namespace winjob::agent
