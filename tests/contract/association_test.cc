// The contract of ties between jobs and ports: keys, replays, replacement, and what is queued.
#include <array>
#include <memory>

#include "tests/contract/fixture.h"
#include "tests/contract/inbox.h"

namespace winjob::contract {
namespace {

using AssociationContract = Contract;

constexpr CompletionKey kKey = 1;

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_associate_completion_port
TEST_F(AssociationContract, AnyKeyIsGivenBack) {
  for (const CompletionKey key : {CompletionKey{0}, CompletionKey{1}, ~CompletionKey{0}, CompletionKey{1} << 63}) {
    Inbox inbox;
    Job& job = NewJob();
    ASSERT_FALSE(job.NotifyTo(inbox.port(), key));
    Run({"exit", "0"}, job);
    EXPECT_TRUE(inbox.Await(key, abi::kMsgActiveProcessZero)) << key;
  }
}

// As above
TEST_F(AssociationContract, OnlyAPortCanBeTied) {
  Job& job = NewJob();
  const Job& no_port = NewJob();
  EXPECT_EQ(Set(job.raw(), abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT{kKey, no_port.raw()}), Win32Error::kInvalidHandle);
  Inbox inbox;
  EXPECT_FALSE(job.NotifyTo(inbox.port(), kKey)) << "the refused one is not there";
}

// As above (Windows 8): without a port, nothing is reported; with the next, the members come again
TEST_F(AssociationContract, ANewAssociationReplaysTheMembersAgain) {
  Inbox inbox;
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, Event::kNewProcess));
  WINJOB_NEEDS(On("wine") ? "wine: a port cannot be taken away" : "");
  const Process& process = Run(kSleep, job);
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  ASSERT_TRUE(inbox.Await(kKey, abi::kMsgNewProcess));
  ASSERT_FALSE(job.StopNotifying());
  const Process& unheard = Run(kSleep, job);
  inbox.Collect(Timeout(50));
  EXPECT_EQ(inbox.packets().size(), 1U);
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey + 1));
  EXPECT_TRUE(inbox.Await(kKey + 1, abi::kMsgNewProcess, 2));
  EXPECT_EQ(inbox.Count(kKey + 1, abi::kMsgNewProcess, process.id()), 1);
  EXPECT_EQ(inbox.Count(kKey + 1, abi::kMsgNewProcess, unheard.id()), 1);
}

// As above
TEST_F(AssociationContract, APortCanBeReplacedByAnother) {
  Inbox first, second;
  Job& job = NewJob();
  WINJOB_NEEDS(On("wine") ? "wine: a port cannot be taken away" : "");
  ASSERT_FALSE(job.NotifyTo(first.port(), kKey));
  ASSERT_FALSE(job.ReplacePort(second.port(), kKey));
  Run({"exit", "0"}, job);
  EXPECT_TRUE(second.Await(kKey, abi::kMsgActiveProcessZero));
  first.Collect(Timeout(50));
  EXPECT_TRUE(first.packets().empty());
}

// As above
TEST_F(AssociationContract, WhatIsQueuedStaysQueuedWhenTheJobIsClosed) {
  Inbox inbox;
  {
    Job job = Must(Job::Create());
    ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
    ExitCode(Run({"exit", "0"}, job));
    Job& last = NewJob();  // reports when the first has reported
    ASSERT_FALSE(last.NotifyTo(inbox.port(), kKey + 1));
    ASSERT_TRUE(Eventually([&] { return Members(job).empty(); }));
    if (On("linux")) {  // which reports by a thread of its own
      ASSERT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessZero));
    }
  }
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessZero));
}

// https://learn.microsoft.com/windows/win32/fileio/postqueuedcompletionstatus
TEST_F(AssociationContract, PacketsOfTheProgramsOwnComeInTheirOrder) {
  Inbox inbox;
  for (std::uint32_t i = 0; i < 100; ++i) ASSERT_FALSE(inbox.port().Post({i + 1000U, 0, i + 7ULL * i}));
  inbox.Collect(Timeout(50));
  ASSERT_EQ(inbox.packets().size(), 100U);
  for (std::uint32_t i = 0; i < 100; ++i) {
    EXPECT_EQ(inbox.packets()[i].key, i + 1000U);
    EXPECT_EQ(inbox.packets()[i].value, i + 7ULL * i);
  }
}

// https://learn.microsoft.com/windows/win32/api/ioapiset/nf-ioapiset-getqueuedcompletionstatusex
TEST_F(AssociationContract, AWaitTakesAsManyAsFitAndLeavesTheRest) {
  const Port port = Must(Port::Create());
  for (std::uint32_t i = 0; i < 5; ++i) ASSERT_FALSE(port.Post({i, 0, 0}));
  std::array<kernel::Packet, 3> buffer;
  std::span<kernel::Packet> packets;
  ASSERT_FALSE(port.Wait(buffer, kLong, packets));
  EXPECT_EQ(packets.size(), 3U);
  ASSERT_FALSE(port.Wait(buffer, kLong, packets));
  ASSERT_EQ(packets.size(), 2U);
  EXPECT_EQ(packets.back().key, 4U);
}

// As above
TEST_F(AssociationContract, AHandleThatIsNoPortHasNoPackets) {
  const Job& job = NewJob();
  kernel::Packet packet;
  std::size_t count = 7;
  const std::error_code waited = kernel::WaitPort(job.raw(), std::span(&packet, 1), Timeout(0), count);
  EXPECT_TRUE(waited == Win32Error::kInvalidHandle || waited == Win32Error::kAbandonedWait) << waited;
  EXPECT_EQ(count, 0U);
  EXPECT_EQ(kernel::PostPort(job.raw(), {}), Win32Error::kInvalidHandle);
}

// https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-terminateprocess
TEST_F(AssociationContract, AProcessThatIsEndedFromOutsideIsReportedLikeAnyOther) {
  Inbox inbox;
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, Event::kExitProcess));
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  const Process& process = Run(kSleep, job);
  ASSERT_FALSE(process.Terminate(1));
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessZero));
  EXPECT_EQ(inbox.Count(kKey, abi::kMsgExitProcess, process.id()) +
                inbox.Count(kKey, abi::kMsgAbnormalExitProcess, process.id()),
            1);
}

struct ExitStatus {
  const char* name;
  std::uint32_t code;
  bool abnormal;
};
class ExitStatusContract : public Contract, public testing::WithParamInterface<ExitStatus> {};
// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_associate_completion_port
INSTANTIATE_TEST_SUITE_P(
    Codes, ExitStatusContract,
    testing::Values(ExitStatus{"AccessViolation", 0xC0000005, true}, ExitStatus{"GuardPage", 0x80000001, true},
                    ExitStatus{"Breakpoint", 0x80000003, true}, ExitStatus{"InPageError", 0xC0000006, true},
                    ExitStatus{"IllegalInstruction", 0xC000001D, true}, ExitStatus{"FloatDivide", 0xC000008E, true},
                    ExitStatus{"IntegerDivide", 0xC0000094, true}, ExitStatus{"StackOverflow", 0xC00000FD, true},
                    ExitStatus{"ControlC", 0xC000013A, true}, ExitStatus{"HeapCorruption", 0xC0000374, false},
                    ExitStatus{"StackBufferOverrun", 0xC0000409, false},
                    ExitStatus{"MissingLibrary", 0xC0000135, false}, ExitStatus{"StillActive", 259, false},
                    ExitStatus{"Failure", 1, false}),
    [](const auto& status) { return std::string(status.param.name); });

TEST_P(ExitStatusContract, DecidesWhichMessageTellsTheExit) {
  Inbox inbox;
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, Event::kAbnormalExitProcess));
  WINJOB_NEEDS(On("linux") ? "linux: exit codes have eight bits" : "");
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  const Process& process = Run({"exit", std::to_string(GetParam().code)}, job);
  ASSERT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessZero));
  EXPECT_EQ(inbox.Count(kKey, abi::kMsgAbnormalExitProcess, process.id()), GetParam().abnormal ? 1 : 0);
  EXPECT_EQ(inbox.Count(kKey, abi::kMsgExitProcess, process.id()), GetParam().abnormal ? 0 : 1);
}

}  // namespace
}  // namespace winjob::contract
