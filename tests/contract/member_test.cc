// The contract of membership: who is in a job, and who is listed.
#include <algorithm>

#include "tests/contract/fixture.h"

namespace winjob::contract {
namespace {

using MemberContract = Contract;

bool InAnyJob(const Process& process) {
  bool member = false;
  EXPECT_FALSE(kernel::IsProcessInJob(process.raw(), nullptr, member));
  return member;
}

// Wine, dlls/kernel32/tests/process.c: test_IsProcessInJob
TEST_F(MemberContract, AnAssignedProcessIsInThatJobAlone) {
  if (const auto reason = Lacking(Feature::kAssign); !reason.empty()) GTEST_SKIP() << reason;
  const Job& job = NewJob();
  const Job& other = NewJob();
  const Process& process = Run(kSleep);
  EXPECT_FALSE(*job.Contains(process));
  ASSERT_FALSE(job.Assign(process));
  EXPECT_TRUE(*job.Contains(process));
  EXPECT_FALSE(*other.Contains(process));
  EXPECT_TRUE(InAnyJob(process));
  EXPECT_EQ(Members(job), std::vector{process.id()});
}

// As above
TEST_F(MemberContract, ADeadProcessStaysInItsJobWhileItsHandleIsOpen) {
  const Job& job = NewJob();
  const Process& process = Run({"exit", "3"}, job);
  EXPECT_EQ(ExitCode(process), 3U);
  EXPECT_TRUE(*job.Contains(process));
  EXPECT_TRUE(Eventually([&] { return Members(job).empty(); })) << "but it is not listed";
}

// Wine: test_TerminateJobObject
TEST_F(MemberContract, AProcessThatHasEndedCannotBeAssigned) {
  if (const auto reason = Lacking(Feature::kAssign); !reason.empty()) GTEST_SKIP() << reason;
  const Job& job = NewJob();
  const Process& process = Run({"exit", "0"});
  ExitCode(process);
  EXPECT_EQ(job.Assign(process), Win32Error::kAccessDenied);
}

// Wine: test_nested_jobs_child
TEST_F(MemberContract, AssigningTwiceChangesNothing) {
  if (const auto reason = Lacking(Feature::kAssign); !reason.empty()) GTEST_SKIP() << reason;
  const Job& job = NewJob();
  const Process& process = Run(kSleep);
  ASSERT_FALSE(job.Assign(process));
  EXPECT_FALSE(job.Assign(process));
  EXPECT_EQ(Members(job).size(), 1U);
  Counters counters;
  ASSERT_FALSE(job.QueryCounters(counters));
  EXPECT_EQ(counters.total_processes.value_or(1), 1U);
}

// https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-assignprocesstojobobject
TEST_F(MemberContract, AssigningNeedsRightsOnTheProcess) {
  const Job& job = NewJob();
  const Process& process = Run(kSleep);
  for (const std::uint32_t access : {abi::kProcessQueryInformation, abi::kProcessSetQuota, abi::kProcessTerminate}) {
    kernel::RawHandle raw = nullptr;
    ASSERT_FALSE(kernel::OpenProcess(process.id(), access, raw));
    const Handle handle(raw);
    EXPECT_EQ(kernel::AssignProcess(job.raw(), raw), Win32Error::kAccessDenied) << access;
  }
  EXPECT_TRUE(Members(job).empty());
}

// Wine: test_jobInheritance
TEST_F(MemberContract, ChildrenAreMembersToo) {
  const Job& job = NewJob();
  const Process& parent = Run({"children", "2", "sleep", "forever"}, job);
  EXPECT_TRUE(Settles(job, 3));
  for (const ProcessId id : Members(job)) {
    const Process member = Must(Process::Open(id));
    EXPECT_TRUE(*job.Contains(member)) << (id == parent.id() ? "the parent" : "a child");
  }
}

// Wine: test_QueryInformationJobObject
TEST_F(MemberContract, OnlyTheLivingAreListedAndActive) {
  const Job& job = NewJob();
  const Process& dead = Run({"exit", "0"}, job);
  std::vector<ProcessId> living = {Run(kSleep, job).id(), Run(kSleep, job).id()};
  std::sort(living.begin(), living.end());
  ExitCode(dead);
  EXPECT_TRUE(Eventually([&] { return Members(job) == living; }));

  Counters counters;
  ASSERT_FALSE(job.QueryCounters(counters));
  EXPECT_EQ(counters.active_processes.value_or(2), 2U);
  EXPECT_EQ(counters.total_processes.value_or(3), 3U);
}

// hcsshim, internal/jobobject: TestVerifyPidCount
TEST_F(MemberContract, AListLongerThanTheFirstBufferComesWhole) {
  constexpr std::size_t kChildren = 70;
  const Job& job = NewJob();
  Run({"children", std::to_string(kChildren), "sleep", "forever"}, job);
  EXPECT_TRUE(Settles(job, kChildren + 1));
  std::vector<ProcessId> members = Members(job);
  EXPECT_EQ(std::unique(members.begin(), members.end()), members.end());
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_accounting_information
TEST_F(MemberContract, TheTotalsKeepWhatTheDeadHaveUsed) {
  const Job& job = NewJob();
  if ((job.support().counters & kernel::kUserTime) == 0) GTEST_SKIP() << "this kernel counts no CPU time of a job";
  const auto used = [&] {
    const Counters counters = CountersOf(job);
    return counters.user_time->seconds() + counters.kernel_time->seconds();
  };
  ExitCode(Run({"exit", "0"}, job));
  const double start = used();
  ExitCode(Run({"spin", "1"}, job));
  EXPECT_GT(used() - start, 0.9);
  EXPECT_LT(used() - start, 1.5 + 2 * start) << "of which it takes " << start << " to start";
}

// ReactOS, ntoskrnl/ps/job.c: all members are of one session, that of the first
TEST_F(MemberContract, AProcessOfAnotherSessionIsRefused) {
  const Job& job = NewJob();
  WINJOB_NEEDS(EnterSession(7) ? "" : kNoSuchPower);
  const Process& first = Run(kSleep, job);
  EnterSession(8);
  const Process& stranger = Run(kSleep);
  EXPECT_EQ(job.Assign(stranger), Win32Error::kAccessDenied);
  EXPECT_TRUE(Lives(stranger));
  EnterSession(7);
  EXPECT_FALSE(job.Assign(Run(kSleep)));
  EXPECT_TRUE(Lives(first));
}

// https://learn.microsoft.com/windows/win32/api/jobapi/nf-jobapi-isprocessinjob
TEST_F(MemberContract, EitherRightToQueryTellsTheMembership) {
  const Job& job = NewJob();
  const Process& process = Run(kSleep, job);
  for (const std::uint32_t right : {abi::kProcessQueryInformation, abi::kProcessQueryLimitedInformation}) {
    bool member = false;
    const std::error_code error = kernel::IsProcessInJob(OpenWith(process.id(), right).get(), job.raw(), member);
    // Wine takes the first alone.
    const bool refused = On("wine") && right == abi::kProcessQueryLimitedInformation;
    EXPECT_EQ(error, refused ? Win32Error::kAccessDenied : std::error_code()) << right;
    EXPECT_EQ(member, !refused) << right;
  }
  bool member = false;
  EXPECT_EQ(kernel::IsProcessInJob(OpenWith(process.id(), abi::kProcessTerminate).get(), job.raw(), member),
            Win32Error::kAccessDenied);
}

// https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-assignprocesstojobobject
TEST_F(MemberContract, BothRightsTogetherAreEnoughToAssign) {
  WINJOB_NEEDS(Lacking(Feature::kAssign));
  const Job& job = NewJob();
  const Process& process = Run(kSleep);
  const Handle handle = OpenWith(process.id(), abi::kProcessSetQuota | abi::kProcessTerminate);
  EXPECT_FALSE(kernel::AssignProcess(job.raw(), handle.get()));
}

// Wine: test_IsProcessInJob
TEST_F(MemberContract, AProcessOfNoJobIsInNone) {
  const Process& process = Run(kSleep);
  const Job& job = NewJob();
  EXPECT_FALSE(*job.Contains(process));
  EXPECT_TRUE(Members(job).empty());
}

// https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-openprocess
TEST_F(MemberContract, AnIdOfNoProcessIsAnInvalidParameter) {
  EXPECT_EQ(Process::Open(ProcessId{0x7FFF'FFF0}).error(), Win32Error::kInvalidParameter);
  EXPECT_EQ(Process::Open(ProcessId::kNone).error(), Win32Error::kInvalidParameter);
}

// Wine: test_QueryInformationJobObject
TEST_F(MemberContract, ListsOfAnyLengthComeWhole) {
  const Job& job = NewJob();
  for (std::size_t count : {1U, 2U, 3U}) {
    Run(kSleep, job);
    EXPECT_EQ(Members(job).size(), count);
  }
  ASSERT_FALSE(job.Terminate(0));
  EXPECT_TRUE(Settles(job, 0));
}

}  // namespace
}  // namespace winjob::contract
