// The contract of nested jobs.
#include <optional>

#include "tests/contract/fixture.h"
#include "tests/contract/inbox.h"

namespace winjob::contract {
namespace {

class NestingContract : public Contract {
 protected:
  void SetUp() override {
    Contract::SetUp();
    const std::string_view reason = Lacking(Feature::kNestedJobs);
    if (!reason.empty()) GTEST_SKIP() << reason;
  }
};

// What a kernel without a feature owes: a refusal, not an imitation.
TEST_F(Contract, WhatAKernelLacksItRefuses) {
  Job& job = NewJob();
  const Job& other = NewJob();
  const Job* const jobs[] = {&job, &other};
  kernel::StartRequest request;
  request.command = kSleep;
  if (!Lacking(Feature::kFreeze).empty()) {
    EXPECT_TRUE(job.SetFrozen(true));
  }
  if (!Lacking(Feature::kAssign).empty()) {
    EXPECT_EQ(job.Assign(Run(kSleep)), Win32Error::kNotSupported);
  }
  if (!Lacking(Feature::kNestedJobs).empty()) {
    EXPECT_EQ(Start(request, jobs).error(), Win32Error::kNotSupported);
  }
  if (!Lacking(Feature::kBreakaway).empty()) {
    EXPECT_EQ(job.SetBreakaway(Breakaway::kOk), Win32Error::kNotSupported);
    EXPECT_EQ(job.SetBreakaway(Breakaway::kSilent), Win32Error::kNotSupported);
  }
}

// Wine, dlls/kernel32/tests/process.c: test_job_list_attribute
TEST_F(NestingContract, AProcessStartedInTwoJobsNestsTheSecondInTheFirst) {
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  const Process& process = Run(kSleep, outer, inner);
  EXPECT_TRUE(*outer.Contains(process));
  EXPECT_TRUE(*inner.Contains(process));
  const Process& later = Run(kSleep, inner);
  EXPECT_TRUE(*outer.Contains(later)) << "the nesting stays";
}

// https://learn.microsoft.com/windows/win32/procthread/nested-jobs
TEST_F(NestingContract, TheOuterJobListsTheMembersOfTheInner) {
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  const Process& nested = Run(kSleep, outer, inner);
  const Process& direct = Run(kSleep, outer);
  EXPECT_EQ(Members(inner), std::vector{nested.id()});
  EXPECT_EQ(Members(outer).size(), 2U);
  EXPECT_FALSE(*inner.Contains(direct));
}

// Wine: test_nested_jobs
TEST_F(NestingContract, AMemberCanBeAssignedToAFreshJobAndIsThenInBoth) {
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  const Process& process = Run(kSleep, outer);
  ASSERT_FALSE(inner.Assign(process));
  EXPECT_TRUE(*outer.Contains(process));
  EXPECT_TRUE(*inner.Contains(process));
  // It is a member already, which Wine sees only in its immediate job.
  const std::error_code again = On("wine") ? Win32Error::kAccessDenied : std::error_code();
  EXPECT_EQ(outer.Assign(process), again);
  EXPECT_FALSE(inner.Assign(process));
}

// Wine: test_nested_jobs
TEST_F(NestingContract, AJobThatHadAMemberElsewhereCannotBeNested) {
  const Job& first = NewJob();
  const Job& second = NewJob();
  const Process& process = Run(kSleep, first);
  const Process& stranger = Run(kSleep, second);
  EXPECT_EQ(second.Assign(process), Win32Error::kAccessDenied);
  ASSERT_FALSE(stranger.Terminate(0));
  ExitCode(stranger);
  EXPECT_TRUE(Eventually([&] { return Members(second).empty(); }));
  EXPECT_EQ(second.Assign(process), Win32Error::kAccessDenied) << "empty again is not the same as fresh";
}

// Wine: test_job_list_attribute
TEST_F(NestingContract, JobsInTheWrongOrderAreRefused) {
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  const Process& process = Run(kSleep, outer, inner);
  const Job& third = NewJob();
  const Job* const jobs[] = {&third, &inner};
  kernel::StartRequest request;
  request.command = kSleep;
  EXPECT_EQ(Start(request, jobs).error(), Win32Error::kAccessDenied);
  EXPECT_TRUE(Eventually([&] { return Members(third).empty(); }));
  EXPECT_EQ(Members(inner), std::vector{process.id()});
}

// Wine: test_job_list_attribute
TEST_F(NestingContract, WhatAMemberStartsInAJobIsInTheMembersJobsToo) {
  WINJOB_NEEDS(Lacking(Feature::kBreakaway));  // without it this program would never leave the job
  Job own = Must(Job::Create());               // this program stays in it
  ASSERT_FALSE(own.Assign(Must(Process::Current(abi::kProcessAssign))));
  const Job& listed = NewJob();
  const Process& child = Run(kSleep, listed);
  const Process& plain = Run(kSleep);
  ASSERT_FALSE(own.SetBreakaway(Breakaway::kSilent)) << "the cases after this one would be in the job";
  const Process& later = Run(kSleep);
  EXPECT_TRUE(Must(listed.Contains(child)));
  EXPECT_TRUE(Must(own.Contains(child)));
  EXPECT_TRUE(Must(own.Contains(plain)));
  EXPECT_FALSE(Must(listed.Contains(plain)));
  EXPECT_FALSE(Must(own.Contains(later)));
}

// https://learn.microsoft.com/windows/win32/procthread/nested-jobs
TEST_F(NestingContract, TerminationReachesDownwardsOnly) {
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  const Process& first = Run(kSleep, outer, inner);
  const Process& second = Run(kSleep, outer);
  ASSERT_FALSE(inner.Terminate(7));
  EXPECT_EQ(ExitCode(first), Ended(7));
  EXPECT_TRUE(Eventually([&] { return Members(outer) == std::vector{second.id()}; }));
  const Process& third = Run(kSleep, inner);
  ASSERT_FALSE(outer.Terminate(8));
  EXPECT_EQ(ExitCode(second), Ended(8));
  EXPECT_EQ(ExitCode(third), Ended(8));
}

// Wine: test_nested_jobs_child
TEST_F(NestingContract, BothJobsAreNotifiedTheInnerOneFirst) {
  constexpr CompletionKey kOuter = 11, kInner = 22;
  Inbox inbox;
  Job& outer = NewJob();
  WINJOB_NEEDS(Lacking(outer, Event::kNewProcess));
  Job& inner = NewJob();
  Run({"exit", "0"}, outer, inner);
  ASSERT_FALSE(outer.NotifyTo(inbox.port(), kOuter));
  ASSERT_FALSE(inner.NotifyTo(inbox.port(), kInner));
  inbox.Collect(Timeout(50));
  const std::size_t before = inbox.packets().size();
  const Process& process = Run({"sleep", "forever"}, inner);
  ASSERT_TRUE(Eventually([&] {
    inbox.Collect(Timeout(10));
    return inbox.Count(kOuter, abi::kMsgNewProcess, process.id()) == 1 &&
           inbox.Count(kInner, abi::kMsgNewProcess, process.id()) == 1;
  }));
  ASSERT_GT(inbox.packets().size(), before + 1);
  const auto& packets = inbox.packets();
  EXPECT_EQ(packets[packets.size() - 2].key, kInner);
  EXPECT_EQ(packets[packets.size() - 1].key, kOuter);
}

// https://learn.microsoft.com/windows/win32/procthread/nested-jobs
TEST_F(NestingContract, AnOuterJobIsNotifiedThoughTheInnerHasNoPort) {
  constexpr CompletionKey kOuter = 11;
  Inbox inbox;
  Job& outer = NewJob();
  WINJOB_NEEDS(Lacking(outer, Event::kNewProcess));
  const Job& inner = NewJob();
  ASSERT_FALSE(outer.NotifyTo(inbox.port(), kOuter));
  const Process& process = Run({"exit", "0"}, outer, inner);
  EXPECT_TRUE(inbox.Await(kOuter, abi::kMsgActiveProcessZero));
  EXPECT_EQ(inbox.Count(kOuter, abi::kMsgNewProcess, process.id()), 1);
  EXPECT_EQ(inbox.Count(kOuter, abi::kMsgExitProcess, process.id()), 1);
}

// Wine: test_nested_jobs
TEST_F(NestingContract, AJobOfOneChainCannotBeNestedInAnother) {
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  const Job& other = NewJob();
  Run(kSleep, outer, inner);
  const Process& process = Run(kSleep, other);
  EXPECT_EQ(inner.Assign(process), Win32Error::kAccessDenied);
  EXPECT_FALSE(*inner.Contains(process));
  EXPECT_TRUE(Lives(process)) << "a refusal ends nobody";
}

// https://learn.microsoft.com/windows/win32/procthread/nested-jobs
TEST_F(NestingContract, ThreeJobsMakeAChainThatEachKnowsFromItselfDown) {
  const Job& outer = NewJob();
  const Job& middle = NewJob();
  const Job& inner = NewJob();
  Run(kSleep, outer, middle, inner);
  Run(kSleep, middle);
  Run(kSleep, outer);
  EXPECT_EQ(Members(inner).size(), 1U);
  EXPECT_EQ(Members(middle).size(), 2U);
  EXPECT_EQ(Members(outer).size(), 3U);
}

// Wine: test_nested_jobs_child
TEST_F(NestingContract, ChildrenAreInTheWholeChain) {
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  Run({"children", "2", "sleep", "forever"}, outer, inner);
  EXPECT_TRUE(Settles(inner, 3));
  EXPECT_TRUE(Settles(outer, 3));
}

// Wine: test_job_list_attribute
TEST_F(NestingContract, AListThatFailsHasCountedInTheJobsBeforeTheRefusal) {
  constexpr CompletionKey kKey = 5;
  Inbox inbox;
  const Job& outer = NewJob();
  WINJOB_NEEDS(Lacking(outer, Event::kNewProcess));
  const Job& inner = NewJob();
  Run(kSleep, outer, inner);
  Job& third = NewJob();
  ASSERT_FALSE(third.NotifyTo(inbox.port(), kKey));
  const Job* const jobs[] = {&third, &inner};
  kernel::StartRequest request;
  request.command = kSleep;
  ASSERT_FALSE(Start(request, jobs));
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessZero));
  EXPECT_EQ(inbox.Count(kKey, abi::kMsgNewProcess), 1);
  EXPECT_EQ(inbox.Count(kKey, abi::kMsgExitProcess), 1);
  EXPECT_EQ(CountersOf(third).total_processes, 1U);
}

// https://learn.microsoft.com/windows/win32/procthread/nested-jobs
TEST_F(NestingContract, KillOnCloseOfTheInnerJobSparesTheOuter) {
  const Job& outer = NewJob();
  std::optional<Job> inner = Must(Job::Create());
  ASSERT_FALSE(inner->SetKillOnClose(true));
  const Process& nested = Run(kSleep, outer, *inner);
  const Process& direct = Run(kSleep, outer);
  inner.reset();
  EXPECT_EQ(ExitCode(nested), Ended(0));
  EXPECT_TRUE(Lives(direct));
}

// As above
TEST_F(NestingContract, KillOnCloseOfTheOuterJobReachesTheInner) {
  std::optional<Job> outer = Must(Job::Create());
  const Job& inner = NewJob();
  ASSERT_FALSE(outer->SetKillOnClose(true));
  const Process& nested = Run(kSleep, *outer, inner);
  outer.reset();
  EXPECT_EQ(ExitCode(nested), Ended(0));
}

// Wine: test_CompletionPort; ns-winnt-jobobject_associate_completion_port: members of inner jobs, too
TEST_F(NestingContract, TheReplayHasTheMembersOfInnerJobs) {
  constexpr CompletionKey kKey = 6;
  Inbox inbox;
  Job& outer = NewJob();
  WINJOB_NEEDS(Lacking(outer, Event::kNewProcess));
  const Job& inner = NewJob();
  const Process& nested = Run(kSleep, outer, inner);
  const Process& direct = Run(kSleep, outer);
  ASSERT_FALSE(outer.NotifyTo(inbox.port(), kKey));
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgNewProcess, 2));
  EXPECT_EQ(inbox.Count(kKey, abi::kMsgNewProcess, nested.id()), 1);
  EXPECT_EQ(inbox.Count(kKey, abi::kMsgNewProcess, direct.id()), 1);
}

// Wine: test_nested_jobs_child
TEST_F(NestingContract, AnExitIsReportedToTheInnerJobFirst) {
  constexpr CompletionKey kOuter = 11, kInner = 22;
  Inbox inbox;
  Job& outer = NewJob();
  WINJOB_NEEDS(Lacking(outer, Event::kNewProcess));
  Job& inner = NewJob();
  const Process& process = Run(kSleep, outer, inner);
  ASSERT_FALSE(outer.NotifyTo(inbox.port(), kOuter));
  ASSERT_FALSE(inner.NotifyTo(inbox.port(), kInner));
  ASSERT_FALSE(process.Terminate(0));
  ASSERT_TRUE(inbox.Await(kOuter, abi::kMsgExitProcess));
  ASSERT_TRUE(inbox.Await(kInner, abi::kMsgExitProcess));
  std::vector<CompletionKey> keys;
  for (const kernel::Packet& packet : inbox.packets())
    if (packet.message == abi::kMsgExitProcess) keys.push_back(packet.key);
  EXPECT_EQ(keys, (std::vector{kInner, kOuter}));
}

}  // namespace
}  // namespace winjob::contract
