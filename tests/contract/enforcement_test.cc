// The contract of limits in force: who may join, what may be committed, and what the job reports of it.
#include "tests/contract/fixture.h"
#include "tests/contract/inbox.h"

namespace winjob::contract {
namespace {

using EnforcementContract = Contract;

constexpr CompletionKey kKey = 1;
constexpr std::uint64_t kMegabyte = 1 << 20;

// ReactOS, ntoskrnl/ps/job.c
TEST_F(EnforcementContract, AProcessTooManyIsEndedAndItsAssignmentFails) {
  Inbox inbox;
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, LimitKind::kActiveProcesses));
  WINJOB_NEEDS(Lacking(Feature::kAssign));
  ASSERT_FALSE(job.SetLimits({.active_processes = 1}));
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  const Process& member = Run(kSleep, job);
  const Process& second = Run(kSleep);
  if (On("linux")) GTEST_SKIP() << "linux: the limit holds back forks, not assignments";
  EXPECT_EQ(job.Assign(second), Win32Error::kNotEnoughQuota);
  EXPECT_TRUE(ExitCode(second));
  EXPECT_TRUE(Lives(member));
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessLimit));
  EXPECT_EQ(CountersOf(job).terminated_processes, 1U);
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
TEST_F(EnforcementContract, TheLimitOnProcessesHoldsForStartsAndIsGoneWhenItIsTakenOff) {
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, LimitKind::kActiveProcesses));
  ASSERT_FALSE(job.SetLimits({.active_processes = 1}));
  Run(kSleep, job);
  kernel::StartRequest request;
  request.command = kSleep;
  const Job* const jobs[] = {&job};
  EXPECT_EQ(Start(request, jobs).error(), Win32Error::kNotEnoughQuota);
  ASSERT_FALSE(job.ResetLimits({LimitKind::kActiveProcesses}));
  Run(kSleep, job);
  EXPECT_TRUE(Settles(job, 2));
}

// As above
TEST_F(EnforcementContract, TheLimitOnProcessesHoldsForChildren) {
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, LimitKind::kActiveProcesses));
  ASSERT_FALSE(job.SetLimits({.active_processes = 3}));
  const Process& parent = Run({"children", "5", "sleep", "forever"}, job);
  EXPECT_EQ(ExitCode(parent), 1U) << "the workload gives up at the first child that it cannot start";
  EXPECT_TRUE(Settles(job, 2));
}

// As above
TEST_F(EnforcementContract, AProcessThatWasRefusedKeepsItsPlaceWhileAHandleIsOpen) {
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, LimitKind::kActiveProcesses));
  WINJOB_NEEDS(On("linux") ? "linux: a process that has ended takes no place" : "");
  ASSERT_FALSE(job.SetLimits({.active_processes = 1}));
  const Process& member = Run(kSleep, job);
  {
    kernel::StartRequest request;
    request.command = kSleep;
    const Process refused = Must(Start(request, {}));
    EXPECT_EQ(job.Assign(refused), Win32Error::kNotEnoughQuota);
    ASSERT_FALSE(member.Terminate(0));
    ExitCode(member);
    EXPECT_EQ(CountersOf(job).active_processes, 1U);
    const Process another = Must(Start(request, {}));
    EXPECT_EQ(job.Assign(another), Win32Error::kNotEnoughQuota);
  }
  EXPECT_TRUE(Eventually([&] { return CountersOf(job).active_processes == 0U; }));
  EXPECT_FALSE(job.Assign(Run(kSleep)));
}

// https://learn.microsoft.com/windows/win32/procthread/nested-jobs
TEST_F(EnforcementContract, TheLimitOfAnOuterJobCountsNestedProcesses) {
  WINJOB_NEEDS(Lacking(Feature::kNestedJobs));
  Job& outer = NewJob();
  WINJOB_NEEDS(Lacking(outer, LimitKind::kActiveProcesses));
  const Job& inner = NewJob();
  ASSERT_FALSE(outer.SetLimits({.active_processes = 1}));
  Run(kSleep, outer, inner);
  const Process& second = Run(kSleep);
  EXPECT_EQ(inner.Assign(second), Win32Error::kNotEnoughQuota);
  EXPECT_TRUE(On("linux") ? Lives(second) : ExitCode(second).has_value()) << "linux lets it live outside";
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information (documents no end)
TEST_F(EnforcementContract, LoweringTheLimitOnProcessesEndsNobody) {
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, LimitKind::kActiveProcesses));
  Run({"children", "2", "sleep", "forever"}, job);
  ASSERT_TRUE(Settles(job, 3));
  ASSERT_FALSE(job.SetLimits({.active_processes = 1}));
  EXPECT_TRUE(Settles(job, 3));
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_associate_completion_port
TEST_F(EnforcementContract, AnAllocationOverTheProcessMemoryLimitFailsAndIsReported) {
  Inbox inbox;
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, LimitKind::kProcessMemory));
  WINJOB_NEEDS(On("linux") && kSanitized ? "linux: a sanitizer's shadow counts as the process's memory" : "");
  ASSERT_FALSE(job.SetLimits({.process_memory = Bytes(128 * kMegabyte)}));
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  const Process& modest = Run({"alloc", "8", "sleep", "forever"}, job);
  const Process& greedy = Run({"alloc", "256", "sleep", "forever"}, job);
  EXPECT_EQ(ExitCode(greedy), 1U) << "the workload's own failure: the kernel ends nobody";
  EXPECT_TRUE(Lives(modest));
  WINJOB_NEEDS(Lacking(job, Event::kProcessMemoryLimit));
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgProcessMemoryLimit));
  EXPECT_EQ(inbox.Count(kKey, abi::kMsgProcessMemoryLimit, greedy.id()), 1);
}

// As above
TEST_F(EnforcementContract, AnAllocationOverTheJobMemoryLimitFailsAndIsReported) {
  Inbox inbox;
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, LimitKind::kJobMemory));
  ASSERT_FALSE(job.SetLimits({.job_memory = Bytes(192 * kMegabyte)}));
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  const Process& first = Run({"alloc", "128", "sleep", "forever"}, job);
  const Process& second = Run({"alloc", "128", "sleep", "forever"}, job);
  if (On("linux")) {  // the kernel ends a process of its choice, and the other one too if it asks again before that has
                      // gone: it has no allocation that fails
    EXPECT_TRUE(Eventually([&] { return CountersOf(job).active_processes <= 1U; })) << "a known difference is gone";
  } else {
    EXPECT_TRUE(Settles(job, 1));
    EXPECT_EQ(static_cast<int>(Lives(first)) + static_cast<int>(Lives(second)), 1);
  }
  WINJOB_NEEDS(Lacking(job, Event::kJobMemoryLimit));
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgJobMemoryLimit));
}

// https://learn.microsoft.com/windows/win32/procthread/nested-jobs: the more restrictive of the chain
TEST_F(EnforcementContract, TheMemoryLimitsOfAnOuterJobBindTheNestedProcesses) {
  WINJOB_NEEDS(Lacking(Feature::kNestedJobs));
  const LimitKind kinds[] = {LimitKind::kProcessMemory, LimitKind::kJobMemory};
  for (const LimitKind kind : kinds) {
    Job& outer = NewJob();
    Job& inner = NewJob();
    WINJOB_NEEDS(Lacking(outer, kind));
    const Bytes low(128 * kMegabyte);
    const Bytes high(1024 * kMegabyte);
    const bool job_wide = kind == LimitKind::kJobMemory;
    if (!job_wide && On("linux") && kSanitized) continue;  // the sanitizer's shadow counts as the process's memory
    ASSERT_FALSE(outer.SetLimits(job_wide ? Limits{.job_memory = low} : Limits{.process_memory = low}));
    ASSERT_FALSE(inner.SetLimits(job_wide ? Limits{.job_memory = high} : Limits{.process_memory = high}));
    const std::uint32_t failed = job_wide && On("linux") ? 137 : 1;  // the kernel ends it: it has no call that fails
    EXPECT_EQ(ExitCode(Run({"alloc", "256", "sleep", "forever"}, outer, inner)), failed);
    EXPECT_TRUE(Lives(Run({"alloc", "8", "sleep", "forever"}, outer, inner)));
  }
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_extended_limit_information
TEST_F(EnforcementContract, MemoryFromBeforeTheAssignmentIsCountedButNotJudged) {
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, LimitKind::kJobMemory));
  WINJOB_NEEDS(Lacking(job, kernel::kMemory));
  WINJOB_NEEDS(On("linux") ? "linux: memory stays where it was charged" : "");
  ASSERT_FALSE(job.SetLimits({.job_memory = Bytes(64 * kMegabyte)}));
  const Process& process = Run({"alloc", "256", "sleep", "forever"});
  ASSERT_FALSE(job.Assign(process));
  EXPECT_TRUE(Lives(process));
  EXPECT_TRUE(Eventually([&] {
    MemoryUsage memory;
    return !job.QueryMemory(memory) && memory.current >= Bytes(256 * kMegabyte);
  }));
  EXPECT_EQ(ExitCode(Run({"alloc", "8", "sleep", "forever"}, job)), 1U) << "but there is nothing left for others";
}

struct Nested {
  const char* name;
  PriorityClass outer;
  PriorityClass inner;
  PriorityClass effective;
};
class NestedPriorityContract : public Contract, public testing::WithParamInterface<Nested> {};
// https://learn.microsoft.com/windows/win32/procthread/nested-jobs
INSTANTIATE_TEST_SUITE_P(
    Classes, NestedPriorityContract,
    testing::Values(Nested{"TheOuter", PriorityClass::kNormal, PriorityClass::kAboveNormal, PriorityClass::kNormal},
                    Nested{"TheInner", PriorityClass::kNormal, PriorityClass::kBelowNormal,
                           PriorityClass::kBelowNormal},
                    Nested{"TheIdle", PriorityClass::kIdle, PriorityClass::kBelowNormal, PriorityClass::kIdle}),
    [](const auto& nested) { return std::string(nested.param.name); });

TEST_P(NestedPriorityContract, IsTheLowerOfTheTwo) {
  WINJOB_NEEDS(Lacking(Feature::kNestedJobs));
  Job& outer = NewJob();
  Job& inner = NewJob();
  WINJOB_NEEDS(Lacking(outer, LimitKind::kPriorityClass));
  ASSERT_FALSE(outer.SetLimits({.priority_class = GetParam().outer}));
  const LimitError refused = inner.SetLimits({.priority_class = GetParam().inner});
  WINJOB_NEEDS(refused.error == Win32Error::kPrivilegeNotHeld ? "this user may not raise a priority" : "");
  ASSERT_FALSE(refused) << Describe(refused);
  const Process& process = Run(kSleep, outer, inner);
  EXPECT_EQ(PriorityOf(process), GetParam().effective);
  EXPECT_EQ(Must(inner.QueryLimits()).priority_class, GetParam().inner) << "a query tells the job's own";
}

// https://learn.microsoft.com/windows/win32/procthread/nested-jobs
TEST_F(EnforcementContract, AnInnerAffinityNarrowsTheOuterAndCannotWidenIt) {
  WINJOB_NEEDS(Lacking(Feature::kNestedJobs));
  if (kernel::ProcessorCount() < 2) GTEST_SKIP() << "this machine has a single processor";
  for (const std::uint64_t outer_mask : {1, 3}) {
    Job& outer = NewJob();
    Job& inner = NewJob();
    WINJOB_NEEDS(Lacking(outer, LimitKind::kAffinity));
    ASSERT_FALSE(outer.SetLimits({.affinity = AffinityMask{outer_mask}}));
    ASSERT_FALSE(inner.SetLimits({.affinity = AffinityMask{outer_mask == 1 ? 3U : 2U}}));
    EXPECT_EQ(AffinityOf(Run(kSleep, outer, inner)), outer_mask == 1 ? 1U : 2U);
  }
}

}  // namespace
}  // namespace winjob::contract
