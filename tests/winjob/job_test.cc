#include "winjob/job.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "tests/fake_kernel/fixture.h"

namespace winjob {
namespace {

using JobTest = fake::FakeKernelTest;

using fake::StartIn;

TEST_F(JobTest, SaysWhetherItWasThereBefore) {
  const Job first = *Job::Create("shared");
  const Job again = *Job::Create("shared");
  const Job opened = *Job::Open("shared");
  EXPECT_FALSE(first.existed());
  EXPECT_TRUE(again.existed());
  EXPECT_TRUE(opened.existed());

  const Process process = StartIn(first);
  EXPECT_EQ(*again.Processes(), std::vector{process.id()}) << "it is the same job";
}

TEST_F(JobTest, WithoutANameIsAlwaysNew) {
  const Job first = *Job::Create();
  const Job second = *Job::Create("");
  EXPECT_FALSE(second.existed());
  const Process process = StartIn(first);
  EXPECT_TRUE(second.Processes()->empty());
}

TEST_F(JobTest, ABadNameIsRefusedWithItsReason) {
  fake::OccupyName("an event");
  EXPECT_EQ(Job::Create("an event").error(), Win32Error::kInvalidHandle);
  EXPECT_EQ(Job::Open("an event").error(), Win32Error::kInvalidHandle);
  EXPECT_EQ(Job::Create("Local\\a\\b").error(), Win32Error::kPathNotFound);
  EXPECT_EQ(Job::Open("absent").error(), Win32Error::kFileNotFound);
}

TEST_F(JobTest, OpensWithTheRightsAskedForAndNoMore) {
  const Job owner = *Job::Create("rights");
  const Process process = StartIn(owner);
  Job reader = *Job::Open("rights");
  Counters counters;
  EXPECT_FALSE(reader.QueryCounters(counters));
  EXPECT_TRUE(reader.Processes());
  EXPECT_EQ(reader.Terminate(1), Win32Error::kAccessDenied);
  EXPECT_EQ(reader.Assign(process), Win32Error::kAccessDenied);
  EXPECT_EQ(reader.SetKillOnClose(true), Win32Error::kAccessDenied);
  EXPECT_EQ(reader.SetFrozen(true), Win32Error::kAccessDenied);
  EXPECT_EQ(reader.NotifyTo(*Port::Create(), 1), Win32Error::kAccessDenied);

  const Job writer = *Job::Open("rights", abi::kJobTerminate);
  EXPECT_EQ(writer.QueryCounters(counters), Win32Error::kAccessDenied);
  EXPECT_EQ(writer.Processes().error(), Win32Error::kAccessDenied);
  EXPECT_EQ(writer.Contains(process).error(), Win32Error::kAccessDenied);
  EXPECT_FALSE(writer.Terminate(1));
}

TEST_F(JobTest, AProtectedJobCanStillBeOpenedWithFewerRights) {
  const Job owner = *Job::Create("protected");
  fake::RestrictAccess("protected", abi::kJobQuery);
  EXPECT_EQ(Job::Create("protected").error(), Win32Error::kAccessDenied);
  EXPECT_TRUE(Job::Open("protected"));
  EXPECT_EQ(Job::Open("protected", abi::kJobAllAccess).error(), Win32Error::kAccessDenied);
}

TEST_F(JobTest, MovesWithItsHandleAndAllItKnows) {
  fake::ReadLimitsAsZero();
  Job job = *Job::Create("moving");
  ASSERT_FALSE(job.SetKillOnClose(true));
  const kernel::RawHandle raw = job.raw();
  Job moved = std::move(job);
  EXPECT_EQ(moved.raw(), raw);
  EXPECT_EQ(moved.support().counters, fake::kFullSupport.counters);

  std::optional<Job> other = *Job::Create("other");
  *other = std::move(moved);
  EXPECT_FALSE(fake::NameExists("other")) << "its handle was closed by the assignment";
  EXPECT_TRUE(fake::NameExists("moving"));
  ASSERT_FALSE(other->SetBreakaway(Breakaway::kOk));
  EXPECT_EQ(fake::LimitFlags("moving"), abi::kLimitKillOnJobClose | abi::kLimitBreakawayOk);
  EXPECT_EQ(fake::OpenHandles(), 1U);
}

TEST_F(JobTest, AssignsAndContains) {
  const Job job = *Job::Create();
  const Job other = *Job::Create();
  const Process process = *Process::Open(fake::AddProcess());
  EXPECT_FALSE(*job.Contains(process));
  ASSERT_FALSE(job.Assign(process));
  EXPECT_TRUE(*job.Contains(process));
  EXPECT_FALSE(*other.Contains(process));
}

TEST_F(JobTest, RefusesAProcessThatHasEnded) {
  const Job job = *Job::Create();
  const Process process = *Process::Open(fake::AddProcess());
  fake::Exit(process.id(), 0);
  EXPECT_EQ(job.Assign(process), Win32Error::kAccessDenied);
  EXPECT_TRUE(job.Processes()->empty());
}

TEST_F(JobTest, TerminatesWithAnExitCodeAndCanBeUsedAgain) {
  const Job job = *Job::Create();
  const Process first = StartIn(job);
  const Process second = StartIn(job);
  ASSERT_FALSE(job.Terminate(123));
  EXPECT_EQ(fake::ExitCode(first.id()), 123U);
  EXPECT_EQ(fake::ExitCode(second.id()), 123U);
  EXPECT_FALSE(job.Terminate(124)) << "an empty job is no error";

  const Process third = StartIn(job);
  EXPECT_EQ(*job.Processes(), std::vector{third.id()});
}

TEST_F(JobTest, FreezesAndThaws) {
  Job job = *Job::Create("cold");
  const Process process = StartIn(job);
  fake::SetPace(process.id(), {.user_time = Ticks(100)});
  ASSERT_FALSE(job.SetFrozen(true));
  EXPECT_TRUE(fake::Frozen("cold"));
  fake::Advance(Timeout(1000));
  ASSERT_FALSE(job.SetFrozen(false));
  fake::Advance(Timeout(1000));
  Counters counters;
  ASSERT_FALSE(job.QueryCounters(counters));
  EXPECT_EQ(counters.user_time, Ticks(100));
}

TEST_F(JobTest, NotifiesUnderItsKeyBeginningWithTheMembers) {
  constexpr CompletionKey kKey = 0xFEDC'BA98'7654'3210;
  const Port port = *Port::Create();
  Job job = *Job::Create();
  const Process process = StartIn(job);
  ASSERT_FALSE(job.NotifyTo(port, kKey));
  EXPECT_EQ(job.NotifyTo(port, kKey + 1), Win32Error::kInvalidParameter) << "one port per job";

  kernel::Packet buffer[4];
  std::span<kernel::Packet> packets;
  ASSERT_FALSE(port.Wait(buffer, Timeout(0), packets));
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_EQ(packets[0].key, kKey);
  EXPECT_EQ(packets[0].message, abi::kMsgNewProcess);
  EXPECT_EQ(packets[0].value, static_cast<std::uint64_t>(process.id()));
}

TEST_F(JobTest, APortCanBeTakenAwayAndReplacedAndKeepsWhatWasQueued) {
  constexpr CompletionKey kFirst = 3;
  constexpr CompletionKey kSecond = 5;
  const Port first = *Port::Create();
  const Port second = *Port::Create();
  Job job = *Job::Create("moving port");
  ASSERT_FALSE(job.NotifyTo(first, kFirst));
  const Process process = StartIn(job);
  ASSERT_FALSE(job.StopNotifying());
  const Process unseen = StartIn(job);
  ASSERT_FALSE(job.ReplacePort(second, kSecond)) << "there was none to take away";
  ASSERT_FALSE(job.ReplacePort(first, kSecond));
  EXPECT_TRUE(fake::NameExists("moving port"));

  kernel::Packet buffer[8];
  std::span<kernel::Packet> packets;
  ASSERT_FALSE(first.Wait(buffer, Timeout(0), packets));
  ASSERT_EQ(packets.size(), 3U) << "one as it started, then both again";
  EXPECT_EQ(packets[0].key, kFirst);
  EXPECT_EQ(packets[1].key, kSecond);
  EXPECT_EQ(packets[2].value, static_cast<std::uint64_t>(unseen.id()));
  ASSERT_FALSE(second.Wait(buffer, Timeout(0), packets));
  EXPECT_EQ(packets.size(), 2U);
}

TEST_F(JobTest, AKernelThatCannotTakeAPortAwayKeepsIt) {
  const Port port = *Port::Create();
  Job job = *Job::Create();
  ASSERT_FALSE(job.NotifyTo(port, 1));
  fake::FailNext(fake::Call::kSetInformation, Win32Error::kInvalidParameter);
  EXPECT_EQ(job.ReplacePort(port, 2), Win32Error::kInvalidParameter);
  fake::FailNext(fake::Call::kSetInformation, Win32Error::kAccessDenied);
  EXPECT_EQ(job.ReplacePort(port, 2), Win32Error::kAccessDenied);
}

TEST_F(JobTest, AsksForItsSupportOnce) {
  fake::SetSupport({.counters = kernel::kTotalProcesses, .messages = 1U << abi::kMsgNewProcess});
  const Job job = *Job::Create();
  EXPECT_EQ(job.support().counters, kernel::kTotalProcesses);
  EXPECT_EQ(job.support().messages, 1U << abi::kMsgNewProcess);
  Counters counters;
  ASSERT_FALSE(job.QueryCounters(counters));
  EXPECT_EQ(fake::Calls(fake::Call::kSupportOf), 1U);
}

}  // namespace
}  // namespace winjob
