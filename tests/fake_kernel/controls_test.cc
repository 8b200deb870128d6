// The controls do what other tests take for granted. What the fake owes as a kernel is in tests/contract.
#include <gtest/gtest.h>

#include "tests/fake_kernel/fixture.h"

namespace winjob::fake {
namespace {

using ControlsTest = FakeKernelTest;

Counters Read(const Job& job) {
  Counters counters;
  EXPECT_FALSE(job.QueryCounters(counters));
  return counters;
}

std::vector<std::uint32_t> Messages(const Port& port) {
  kernel::Packet buffer[16];
  std::span<kernel::Packet> packets;
  std::vector<std::uint32_t> messages;
  while (!port.Wait(buffer, Timeout(0), packets))
    for (const kernel::Packet& packet : packets) messages.push_back(packet.message);
  return messages;
}

TEST_F(ControlsTest, AFaultWaitsItsTurnAndThenPasses) {
  const Job job = *Job::Create("job");
  FailNext(Call::kTerminateJob, Win32Error::kBusy, 2, 3);
  std::vector<bool> failed;
  for (int i = 0; i < 7; ++i) failed.push_back(job.Terminate(0) == Win32Error::kBusy);
  EXPECT_EQ(failed, (std::vector{false, false, true, true, true, false, false}));
  EXPECT_EQ(Calls(Call::kTerminateJob), 7U);
}

TEST_F(ControlsTest, AFaultOfOneJobSparesTheOthers) {
  const Job sick = *Job::Create("Local\\sick");
  const Job well = *Job::Create("well");
  FailNextOn("sick", Call::kQueryInformation, Win32Error::kNoSystemResources, 0, kAlways);
  Counters counters;
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(well.QueryCounters(counters));
    EXPECT_EQ(sick.QueryCounters(counters), Win32Error::kNoSystemResources);
  }
}

TEST_F(ControlsTest, ResetForgetsFaultsNamesAndSupport) {
  FailNext(Call::kCreateJob, Win32Error::kBusy);
  OccupyName("name");
  SetSupport({});
  SetIdentity({"wine", "core", "because"});
  EXPECT_EQ(kernel::Identify().kernel, "wine");
  Reset();
  const Job job = *Job::Create("name");
  EXPECT_EQ(job.support().counters, kFullSupport.counters);
  EXPECT_EQ(kernel::Identify().kernel, "fake");
}

TEST_F(ControlsTest, ALostMessageIsLostAndTheNextOneComes) {
  const Port port = *Port::Create();
  Job job = *Job::Create("job");
  ASSERT_FALSE(job.NotifyTo(port, 1));
  DropNextMessages(abi::kMsgExitProcess, 1);
  const Process first = StartIn(job);
  const Process second = StartIn(job);
  Exit(first.id(), 0);
  Exit(second.id(), 0);
  EXPECT_EQ(Messages(port),
            (std::vector{abi::kMsgNewProcess, abi::kMsgNewProcess, abi::kMsgExitProcess, abi::kMsgActiveProcessZero}));
}

TEST_F(ControlsTest, AMessageThatTheJobDoesNotSupportNeverComes) {
  SetSupport({.counters = 0, .messages = 1U << abi::kMsgNewProcess});
  const Port port = *Port::Create();
  Job job = *Job::Create("job");
  ASSERT_FALSE(job.NotifyTo(port, 1));
  Exit(StartIn(job).id(), 0);
  EXPECT_EQ(Messages(port), std::vector{abi::kMsgNewProcess});
}

TEST_F(ControlsTest, AnyMessageCanBePostedAsAJobWithAPort) {
  const Port port = *Port::Create();
  Job job = *Job::Create("job");
  EXPECT_FALSE(PostJobMessage("job", 99, 7)) << "no port yet";
  EXPECT_FALSE(PostPacket("nobody", {}));
  ASSERT_FALSE(job.NotifyTo(port, 1));
  EXPECT_TRUE(PostJobMessage("job", 99, 7));
  EXPECT_TRUE(PostPacket("job", {.key = 2, .message = 98}));
  EXPECT_EQ(Messages(port), (std::vector<std::uint32_t>{99, 98}));
}

TEST_F(ControlsTest, ALimitEndsAProcessAndIsCounted) {
  const Port port = *Port::Create();
  Job job = *Job::Create("job");
  ASSERT_FALSE(job.NotifyTo(port, 1));
  const Process process = StartIn(job);
  EndByLimit(process.id(), abi::kMsgEndOfProcessTime);
  EXPECT_EQ(Messages(port), (std::vector{abi::kMsgNewProcess, abi::kMsgEndOfProcessTime, abi::kMsgExitProcess,
                                         abi::kMsgActiveProcessZero}));
  EXPECT_EQ(Read(job).terminated_processes, 1U);
  EXPECT_EQ(ExitCode(process.id()), 1816U);
}

TEST_F(ControlsTest, TimePassesOnlyWhenItIsTurned) {
  const Job job = *Job::Create("job");
  const Process steady = StartIn(job);
  const Process brief = StartIn(job);
  SetPace(steady.id(), {.user_time = Ticks(1000), .page_faults = 10});
  SetPace(brief.id(), {.kernel_time = Ticks(500)});
  ExitAfter(brief.id(), Timeout(2000), 5);
  EXPECT_EQ(Read(job).user_time, Ticks(0));

  Advance(Timeout(1500));
  EXPECT_EQ(Read(job).user_time, Ticks(1500));
  EXPECT_EQ(Read(job).kernel_time, Ticks(750));
  EXPECT_EQ(Read(job).page_faults, 15U);
  Advance(Timeout(1500));
  EXPECT_EQ(Read(job).kernel_time, Ticks(1000)) << "the brief one lived for two seconds";
  EXPECT_EQ(Read(job).active_processes, 1U);
  EXPECT_EQ(ExitCode(brief.id()), 5U);
}

TEST_F(ControlsTest, UsageGoesToTheInnerAndTheOuterJob) {
  const Job outer = *Job::Create();
  const Job inner = *Job::Create();
  const Process process = StartIn(outer, inner);
  Use(process.id(), {.read_bytes = Bytes(7)});
  EXPECT_EQ(Read(outer).read_bytes, Bytes(7));
  EXPECT_EQ(Read(inner).read_bytes, Bytes(7));
}

TEST_F(ControlsTest, AnAssignedProcessBringsWhatItHasUsedBefore) {
  const Process process = *Process::Open(AddProcess());
  Use(process.id(), {.user_time = Ticks(9)});
  const Job job = *Job::Create();
  ASSERT_FALSE(job.Assign(process));
  EXPECT_EQ(Read(job).user_time, Ticks(9));
}

TEST_F(ControlsTest, OnlyDeclaredProgramsCanBeStarted) {
  DeclarePrograms({"missing-but-declared", "worker"});
  EXPECT_TRUE(Process::Start(Request("missing-but-declared"), {}));
  EXPECT_EQ(Process::Start(Request("other"), {}).error(), Win32Error::kFileNotFound);
}

TEST_F(ControlsTest, AHandleClosedTwiceIsCounted) {
  kernel::RawHandle port = nullptr;
  ASSERT_FALSE(kernel::CreatePort(port));
  EXPECT_EQ(OpenHandles(), 1U);
  kernel::Close(port);
  EXPECT_EQ(BadCloses(), 0U);
  kernel::Close(port);
  EXPECT_EQ(BadCloses(), 1U);
  EXPECT_EQ(kernel::PostPort(port, {}), Win32Error::kInvalidHandle);
  Reset();
}

}  // namespace
}  // namespace winjob::fake
