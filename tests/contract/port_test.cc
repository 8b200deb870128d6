// The contract of completion ports: which messages come, in which order, under which key.
#include <future>
#include <memory>
#include <thread>

#include "tests/contract/fixture.h"
#include "tests/contract/inbox.h"
#include "winjob/notification.h"

namespace winjob::contract {
namespace {

using PortContract = Contract;

constexpr CompletionKey kKey = 0x0123'4567'89AB'CDEF;
constexpr CompletionKey kOtherKey = 42;

// The cases about processes need the kernel to report them; the empty job is reported by all.
bool ReportsProcesses(const Job& job) {
  return Reports(job.support(), Event::kNewProcess) && Reports(job.support(), Event::kExitProcess);
}
constexpr char kReportsNone[] = "this kernel does not report the processes of a job";

// Wine, dlls/kernel32/tests/process.c: test_CompletionPort
TEST_F(PortContract, MembersAreReplayedAtTheAssociationUnderItsKey) {
  Inbox inbox;
  Job& job = NewJob();
  if (!ReportsProcesses(job)) GTEST_SKIP() << kReportsNone;
  const Process& before = Run(kSleep, job);
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgNewProcess));
  const Process& after = Run(kSleep, job);
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgNewProcess, 2));
  inbox.Collect(Timeout(50));
  EXPECT_EQ(inbox.Story(kKey),
            (Steps{Entry(abi::kMsgNewProcess, before.id()), Entry(abi::kMsgNewProcess, after.id())}));
  EXPECT_EQ(inbox.packets().size(), 2U) << "nothing came under another key";
}

// process-governor, LibraryTests_IoCompletionPort.cs
TEST_F(PortContract, AShortLifeIsToldInOrder) {
  Inbox inbox;
  Job& job = NewJob();
  if (!ReportsProcesses(job)) GTEST_SKIP() << kReportsNone;
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  for (int round = 1; round <= 3; ++round) {
    const Process& process = Run({"exit", "0"}, job);
    ASSERT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessZero, round));
    const Steps story = inbox.Story(kKey);
    ASSERT_EQ(story.size(), static_cast<std::size_t>(3 * round));
    EXPECT_EQ(Steps(story.end() - 3, story.end()),
              (Steps{Entry(abi::kMsgNewProcess, process.id()), Entry(abi::kMsgExitProcess, process.id()),
                     Entry(abi::kMsgActiveProcessZero)}));
  }
}

// Wine: test_CompletionPort
TEST_F(PortContract, OnlyTheLastExitLeavesTheJobEmpty) {
  Inbox inbox;
  Job& job = NewJob();
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  const Process& first = Run(kSleep, job);
  const Process& second = Run(kSleep, job);
  ASSERT_FALSE(first.Terminate(0));
  ExitCode(first);
  EXPECT_TRUE(!ReportsProcesses(job) || inbox.Await(kKey, abi::kMsgExitProcess));
  inbox.Collect(Timeout(50));
  EXPECT_EQ(inbox.Count(kKey, abi::kMsgActiveProcessZero), 0);
  ASSERT_FALSE(second.Terminate(0));
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessZero));
}

// Wine: test_jobInheritance
TEST_F(PortContract, ChildrenAreReportedLikeTheProcessThatWasStarted) {
  constexpr int kChildren = 5;
  Inbox inbox;
  Job& job = NewJob();
  if (!ReportsProcesses(job)) GTEST_SKIP() << kReportsNone;
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  Run({"children", std::to_string(kChildren), "sleep", "forever"}, job);
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgNewProcess, kChildren + 1));
  EXPECT_TRUE(Settles(job, kChildren + 1));
  for (const ProcessId id : Members(job)) EXPECT_EQ(inbox.Count(kKey, abi::kMsgNewProcess, id), 1);
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_associate_completion_port
TEST_F(PortContract, JobsOfOnePortAreToldApartByTheirKeys) {
  Inbox inbox;
  Job& job = NewJob();
  Job& other = NewJob();
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  ASSERT_FALSE(other.NotifyTo(inbox.port(), kOtherKey));
  Run({"exit", "0"}, other);
  EXPECT_TRUE(inbox.Await(kOtherKey, abi::kMsgActiveProcessZero));
  EXPECT_TRUE(inbox.Story(kKey).empty());
  Run({"exit", "0"}, job);
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessZero));
  EXPECT_EQ(inbox.Count(kOtherKey, abi::kMsgActiveProcessZero), 1);
}

// ReactOS, ntoskrnl/ps/job.c; Wine: test_CompletionPort
TEST_F(PortContract, ASecondAssociationIsRefusedAndTheFirstStays) {
  Inbox inbox;
  Inbox second;
  Job& job = NewJob();
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  EXPECT_EQ(job.NotifyTo(second.port(), kOtherKey), Win32Error::kInvalidParameter);
  EXPECT_EQ(job.NotifyTo(inbox.port(), kOtherKey), Win32Error::kInvalidParameter);
  Run({"exit", "0"}, job);
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessZero));
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_associate_completion_port (Windows 8)
TEST_F(PortContract, AnAssociationCanBeRemovedAndMadeAgain) {
  Inbox inbox;
  Job& job = NewJob();
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  const std::error_code removed = Set(job.raw(), abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT{0, nullptr});
  if (On("wine")) {
    EXPECT_EQ(removed, Win32Error::kInvalidParameter) << "a known difference of Wine 8 is gone";
    return;
  }
  ASSERT_FALSE(removed);
  EXPECT_FALSE(job.NotifyTo(inbox.port(), kOtherKey));
  Run({"exit", "0"}, job);
  EXPECT_TRUE(inbox.Await(kOtherKey, abi::kMsgActiveProcessZero));
  EXPECT_TRUE(inbox.Story(kKey).empty());
}

// hcsshim, internal/jobobject: TestNoMoreProcessesMessageTerminate
TEST_F(PortContract, ATerminatedJobReportsThatItIsEmpty) {
  Inbox inbox;
  Job& job = NewJob();
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  Run(kSleep, job);
  Run(kSleep, job);
  ASSERT_FALSE(job.Terminate(1));
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessZero));
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_associate_completion_port
TEST_F(PortContract, ACrashIsAnAbnormalExit) {
  Inbox inbox;
  Job& job = NewJob();
  const bool told = Reports(job.support(), Event::kAbnormalExitProcess);
  if (!told && !On("wine")) GTEST_SKIP() << "this kernel does not report how a process ended";
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  const Process& process = Run({"crash"}, job);
  ASSERT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessZero));
  const bool abnormal = inbox.Count(kKey, abi::kMsgAbnormalExitProcess, process.id()) == 1;
  const bool plain = inbox.Count(kKey, abi::kMsgExitProcess, process.id()) == 1;
  EXPECT_EQ(abnormal, told);
  EXPECT_EQ(plain, !told) << "Wine has only the plain message";
}

// ReactOS, ntoskrnl/ps/job.c
TEST_F(PortContract, NothingIsReportedAfterTheLastHandleHasClosed) {
  Inbox inbox;
  auto job = std::make_unique<Job>(Must(Job::Create(UniqueName("job"))));
  const Process& process = Run(kSleep, *job);
  ASSERT_FALSE(job->NotifyTo(inbox.port(), kKey));
  inbox.Collect(Timeout(50));
  const std::size_t before = inbox.packets().size();
  job.reset();
  ASSERT_FALSE(process.Terminate(0));
  ExitCode(process);
  if (On("wine")) {
    EXPECT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessZero)) << "a known difference of Wine 8 is gone";
    return;
  }
  inbox.Collect(Timeout(100));
  EXPECT_EQ(inbox.packets().size(), before);
}

// https://learn.microsoft.com/windows/win32/api/ioapiset/nf-ioapiset-getqueuedcompletionstatusex
TEST_F(PortContract, AWaitTimesOut) {
  const Port port = Must(Port::Create());
  kernel::Packet buffer[1];
  std::span<kernel::Packet> packets;
  EXPECT_EQ(port.Wait(buffer, Timeout(0), packets), Win32Error::kWaitTimeout);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(port.Wait(buffer, Timeout(50), packets), Win32Error::kWaitTimeout);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, Timeout(40)) << "Windows rounds to its clock's ticks";
}

// go-winjob, notifications_test.go: TestNotifications_Error
TEST_F(PortContract, ClosingThePortEndsAWait) {
  auto port = std::make_unique<Port>(Must(Port::Create()));
  const kernel::RawHandle raw = port->raw();
  std::error_code first_error, second_error;
  const Timeout timeout = On("wine") ? Timeout(500) : kLong;
  std::promise<void> first_done;
  std::thread waiter([&] {
    kernel::Packet packet;
    std::size_t count = 0;
    first_error = kernel::WaitPort(raw, std::span(&packet, 1), kLong, count);  // ends with the packet below
    first_done.set_value();
    second_error = kernel::WaitPort(raw, std::span(&packet, 1), timeout, count);
  });
  EXPECT_FALSE(port->Post({}));
  first_done.get_future().wait();
  std::this_thread::sleep_for(Timeout(50));  // most likely in the second wait by now; either way it has to end
  port.reset();
  waiter.join();
  EXPECT_FALSE(first_error);
  if (On("wine")) {
    EXPECT_EQ(second_error, Win32Error::kWaitTimeout) << "a known difference of Wine 8, which sleeps on, is gone";
    return;
  }
  EXPECT_TRUE(second_error == Win32Error::kAbandonedWait || second_error == Win32Error::kInvalidHandle);
}

}  // namespace
}  // namespace winjob::contract
