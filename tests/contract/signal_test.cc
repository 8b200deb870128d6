// The contract of a job as something to wait for: a termination signals it for ever, an end of its processes does not.
// Source: Wine, dlls/kernel32/tests/process.c: test_WaitForJobObject
#include "tests/contract/fixture.h"

namespace winjob::contract {
namespace {

class SignalContract : public Contract {
 protected:
  void SetUp() override {
    Contract::SetUp();
    WINJOB_NEEDS(Signalled(NewJob()) ? "" : "linux: a job is nothing to wait for");
  }
};

TEST_F(SignalContract, AFreshJobIsNotSignalled) { EXPECT_EQ(Signalled(NewJob()), false); }

TEST_F(SignalContract, AJobWithARunningMemberIsNotSignalled) {
  const Job& job = NewJob();
  Run(kSleep, job);
  EXPECT_EQ(Signalled(job), false);
}

TEST_F(SignalContract, AJobWhoseMembersHaveExitedIsNotSignalled) {
  const Job& job = NewJob();
  ExitCode(Run({"exit", "0"}, job));
  EXPECT_TRUE(Eventually([&] { return Members(job).empty(); }));
  EXPECT_EQ(Signalled(job), false);
}

TEST_F(SignalContract, ATerminatedJobIsSignalled) {
  const Job& job = NewJob();
  Run(kSleep, job);
  ASSERT_FALSE(job.Terminate(0));
  EXPECT_TRUE(Eventually([&] { return *Signalled(job); }));
}

TEST_F(SignalContract, ATerminatedJobStaysSignalledThoughItHasANewMember) {
  const Job& job = NewJob();
  Run(kSleep, job);
  ASSERT_FALSE(job.Terminate(0));
  ASSERT_TRUE(Eventually([&] { return *Signalled(job); }));
  EXPECT_TRUE(Lives(Run(kSleep, job)));
  EXPECT_EQ(Signalled(job), true);
}

TEST_F(SignalContract, TerminatingTheInnerJobDoesNotSignalTheOuter) {
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  const Process& process = Run(kSleep, outer, inner);
  ASSERT_FALSE(inner.Terminate(0));
  ExitCode(process);
  ASSERT_TRUE(Eventually([&] { return *Signalled(inner); }));
  EXPECT_EQ(Signalled(outer), false);
}

}  // namespace
}  // namespace winjob::contract
