// The contract of ending a job's processes: termination, and kill-on-close.
#include <memory>

#include "tests/contract/fixture.h"

namespace winjob::contract {
namespace {

using EndContract = Contract;

// Wine, dlls/kernel32/tests/process.c: test_TerminateJobObject
TEST_F(EndContract, TerminateEndsEveryMemberWithTheExitCode) {
  const Job& job = NewJob();
  const Process& first = Run(kSleep, job);
  const Process& second = Run({"children", "2", "sleep", "forever"}, job);
  EXPECT_TRUE(Settles(job, 4));
  ASSERT_FALSE(job.Terminate(123));
  EXPECT_EQ(ExitCode(first), Ended(123));
  EXPECT_EQ(ExitCode(second), Ended(123));
  EXPECT_TRUE(Eventually([&] { return Members(job).empty(); })) << "children of members, too";
}

// Wine: test_WaitForJobObject
TEST_F(EndContract, ATerminatedJobTakesNewMembers) {
  const Job& job = NewJob();
  const bool can_assign = Lacking(Feature::kAssign).empty();
  ExitCode(Run({"exit", "0"}, job));
  for (int round = 0; round < 2; ++round) {
    ASSERT_FALSE(job.Terminate(1));
    const Process& started = Run(kSleep, job);
    const Process& second = can_assign ? Run(kSleep) : Run(kSleep, job);
    EXPECT_EQ(job.Assign(second), can_assign ? std::error_code() : Win32Error::kNotSupported);
    std::optional<std::uint32_t> exit_code;
    EXPECT_EQ(started.Wait(Timeout(50), exit_code), Win32Error::kWaitTimeout) << "it was not killed at birth";
    EXPECT_TRUE(Settles(job, 2));
    ASSERT_FALSE(job.Terminate(1));
    ExitCode(started);
    ExitCode(second);
  }
}

// ReactOS, ntoskrnl/ps/job.c
TEST_F(EndContract, TerminatingAnEmptyJobIsHarmless) {
  const Job& job = NewJob();
  EXPECT_FALSE(job.Terminate(1));
  EXPECT_FALSE(job.Terminate(2));
}

// Wine: test_KillOnJobClose; hcsshim: TestSetTerminateOnLastHandleClose
TEST_F(EndContract, KillOnCloseEndsTheMembersWithExitCodeZero) {
  auto job = std::make_unique<Job>(Must(Job::Create(UniqueName("job"))));
  const Process& process = Run(kSleep, *job);
  ASSERT_FALSE(job->SetKillOnClose(true));
  job.reset();
  EXPECT_EQ(ExitCode(process), Ended(0));
}

// https://learn.microsoft.com/windows/win32/procthread/job-objects
TEST_F(EndContract, KillOnCloseWaitsForTheLastHandle) {
  const std::string name = UniqueName("job");
  auto job = std::make_unique<Job>(Must(Job::Create(name)));
  auto second = std::make_unique<Job>(Must(Job::Open(name)));
  const Process& process = Run(kSleep, *job);
  ASSERT_FALSE(job->SetKillOnClose(true));
  job.reset();
  std::optional<std::uint32_t> exit_code;
  EXPECT_EQ(process.Wait(Timeout(100), exit_code), Win32Error::kWaitTimeout);
  second.reset();
  EXPECT_EQ(ExitCode(process), Ended(0));
}

// As above
TEST_F(EndContract, KillOnCloseCanBeTakenBack) {
  auto job = std::make_unique<Job>(Must(Job::Create(UniqueName("job"))));
  const Process& process = Run(kSleep, *job);
  ASSERT_FALSE(job->SetKillOnClose(true));
  ASSERT_FALSE(job->SetKillOnClose(false));
  job.reset();
  std::optional<std::uint32_t> exit_code;
  EXPECT_EQ(process.Wait(Timeout(100), exit_code), Win32Error::kWaitTimeout);
}

// https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-terminateprocess
TEST_F(EndContract, OneProcessCanBeEndedAlone) {
  const Job& job = NewJob();
  const Process& first = Run(kSleep, job);
  const Process& second = Run(kSleep, job);
  ASSERT_FALSE(first.Terminate(77));
  EXPECT_EQ(ExitCode(first), Ended(77));
  EXPECT_TRUE(Eventually([&] { return Members(job) == std::vector{second.id()}; }));
}

// process-governor, ProgramTests_CmdApp.cs (class 18 is undocumented)
TEST_F(EndContract, AFrozenJobCanBeThawedAndEnded) {
  if (const auto reason = Lacking(Feature::kFreeze); !reason.empty()) {
    GTEST_SKIP() << reason;
  }
  Job& job = NewJob();
  const Process& process = Run(kSleep, job);
  EXPECT_FALSE(job.SetFrozen(true));
  EXPECT_FALSE(job.SetFrozen(false));
  EXPECT_FALSE(job.SetFrozen(true));
  ASSERT_FALSE(job.Terminate(5));
  EXPECT_FALSE(job.SetFrozen(false));
  EXPECT_EQ(ExitCode(process), Ended(5));
}

// https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-terminatejobobject
TEST_F(EndContract, AnyExitCodeCanBeGiven) {
  for (const std::uint32_t code : {0U, 1U, 259U, 0xFFFF'FFFFU}) {
    const Job& job = NewJob();
    const Process& process = Run(kSleep, job);
    ASSERT_FALSE(job.Terminate(code));
    EXPECT_EQ(ExitCode(process), Ended(code));
  }
}

// ReactOS, ntoskrnl/ps/job.c
TEST_F(EndContract, ASecondTerminationIsHarmlessAndChangesNoExitCode) {
  const Job& job = NewJob();
  const Process& process = Run(kSleep, job);
  ASSERT_FALSE(job.Terminate(4));
  ASSERT_FALSE(job.Terminate(5));
  EXPECT_EQ(ExitCode(process), Ended(4));
}

// https://learn.microsoft.com/windows/win32/procthread/job-objects: the last handle, wherever it is
TEST_F(EndContract, KillOnCloseWaitsForAHandleInAnotherProcess) {
  WINJOB_NEEDS(On("linux") ? "linux: no process holds a handle to a job" : "");
  auto job = std::make_unique<Job>(Must(Job::Create(UniqueName("job"))));
  kernel::StartRequest request;
  request.command = kSleep;
  request.keep_names = true;
  const Job* const jobs[] = {job.get()};
  const Process keeper = Must(Start(request, jobs));
  const Process& other = Run(kSleep, *job);
  ASSERT_FALSE(job->SetKillOnClose(true));
  job.reset();
  EXPECT_TRUE(Lives(other));
  ASSERT_FALSE(keeper.Terminate(3));
  EXPECT_EQ(ExitCode(other), 0U) << "the keeper's handle was the last";
}

// process-governor, README: a frozen job is entered, but nothing runs
TEST_F(EndContract, AProcessThatIsStartedInAFrozenJobRunsWhenItIsThawed) {
  WINJOB_NEEDS(Lacking(Feature::kFreeze));
  Job& job = NewJob();
  Run(kSleep, job);
  ASSERT_FALSE(job.SetFrozen(true));
  Run({"children", "2", "sleep", "forever"}, job);
  EXPECT_TRUE(Settles(job, 2));
  ASSERT_FALSE(job.SetFrozen(false));
  EXPECT_TRUE(Settles(job, 4));
}

// System Informer, phnt/include/ntpsapi.h
TEST_F(EndContract, AFreezeThatIsNoFreezeIsRefused) {
  WINJOB_NEEDS(Lacking(Feature::kFreeze));
  const Job& job = NewJob();
  abi::JOBOBJECT_FREEZE_INFORMATION info{};
  EXPECT_EQ(Set(job.raw(), info), Win32Error::kInvalidParameter) << "no operation";
  info.Flags = 1;
  EXPECT_FALSE(Set(job.raw(), info)) << "a thaw of what runs";
}

}  // namespace
}  // namespace winjob::contract
