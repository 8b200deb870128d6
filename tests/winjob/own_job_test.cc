#include "winjob/own_job.h"

#include <gtest/gtest.h>

#include "tests/fake_kernel/fixture.h"
#include "winjob/job.h"

namespace winjob {
namespace {

using OwnJobTest = fake::FakeKernelTest;

TEST_F(OwnJobTest, IsKnownWithItsKillOnClose) {
  EXPECT_FALSE(QueryOwnJob()->member) << "nobody asked for the caller's id yet";
  const ProcessId self = kernel::CurrentProcessId();
  EXPECT_FALSE(QueryOwnJob()->member);
  Job job = *Job::Create("outer");
  ASSERT_FALSE(job.Assign(self));
  EXPECT_TRUE(QueryOwnJob()->member);
  EXPECT_FALSE(QueryOwnJob()->kill_on_close);
  ASSERT_FALSE(job.SetKillOnClose(true));
  EXPECT_TRUE(QueryOwnJob()->kill_on_close);
  fake::FailNext(fake::Call::kQueryOwnJob, Win32Error::kAccessDenied);
  EXPECT_EQ(QueryOwnJob().error(), Win32Error::kAccessDenied);
}

}  // namespace
}  // namespace winjob
