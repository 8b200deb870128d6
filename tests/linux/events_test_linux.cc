// Totals over short-lived processes and the messages of a completion port.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "tests/linux/support.h"
#include "tests/linux/test_port.h"
#include "winjob/linux/exit_codes.h"

namespace winjob::linux_test {
namespace {

using ::testing::UnorderedElementsAreArray;

constexpr const char* kShortChildren = "i=0; while [ $i -lt 500 ]; do /bin/true & i=$((i+1)); done; wait";

class LinuxEvents : public CoreTest {
 protected:
  void SetUp() override {
    CoreTest::SetUp();
    if (IsSkipped()) return;
    const TestJob job;
    if ((kernel::SupportOf(job.raw()).counters & kernel::kTotalProcesses) == 0)
      GTEST_SKIP() << "performance events of groups are not allowed here";
  }
};

TEST_F(LinuxEvents, EveryShortChildIsCountedAndReportedOnce) {
  TestJob job;
  const TestPort port;
  ASSERT_EQ(port.Watch(job, 17), std::error_code());
  const auto before = job.Accounting();
  EXPECT_EQ(before.TotalProcesses, 0u);
  const Handle process = job.Shell(kShortChildren);
  const auto packets = port.CollectUntilEmpty();
  EXPECT_EQ(ExitCode(process), 0u);

  EXPECT_EQ(job.Accounting().TotalProcesses, 501u);
  EXPECT_GT(job.Accounting().TotalPageFaultCount, 501u);
  EXPECT_EQ(Count(packets, abi::kMsgNewProcess, 17), 501u);
  EXPECT_EQ(Count(packets, abi::kMsgExitProcess, 17), 501u);
  EXPECT_EQ(Count(packets, abi::kMsgActiveProcessZero, 17), 1u);
  std::map<std::uint64_t, int> alive;
  for (const kernel::Packet& packet : packets) {
    const int change = packet.message == abi::kMsgNewProcess ? 1 : packet.message == abi::kMsgExitProcess ? -1 : 0;
    const int now = alive[packet.value] += change;
    EXPECT_TRUE(now == 0 || now == 1) << "an exit before its start, or a start told twice";
  }
}

/// What the kernel says that the children of this program, and theirs, have used since `before`.
struct Used {
  double seconds = 0;
  long page_faults = 0;
};
Used OfChildren(const Used& before = {}) {
  rusage usage{};
  EXPECT_EQ(::getrusage(RUSAGE_CHILDREN, &usage), 0);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return {seconds(usage.ru_utime) + seconds(usage.ru_stime) - before.seconds,
          usage.ru_minflt + usage.ru_majflt - before.page_faults};
}

/// Four codes, each of which 2,500 processes had, and the shell the first. What was lost has none, and is that many.
void ExpectCodes(const std::vector<kernel::Packet>& packets) {
  std::array<int, 4> codes{};
  int lost = 0;
  for (const kernel::Packet& packet : packets) {
    if (packet.message != abi::kMsgExitProcess) continue;
    if (packet.exit_code)
      ++codes.at(*packet.exit_code);
    else
      ++lost;
  }
  testing::Test::RecordProperty("codes_lost", lost);
  EXPECT_EQ(std::accumulate(codes.begin(), codes.end(), lost), 10'001);
  EXPECT_LE(codes[0], 2'501);
  for (std::size_t code = 1; code < codes.size(); ++code) EXPECT_LE(codes[code], 2'500) << code;
  EXPECT_LT(lost, 5'000) << "the kernel's room for exits is 8 MiB";
}

TEST_F(LinuxEvents, NoneOfTenThousandIsLostAtTwoThousandASecond) {
  constexpr int kRounds = 3;  // on a busy machine a process is held up between the two ends of its time
  double off = 1.0;
  for (int round = 0; round < kRounds && off > 0.01; ++round) {
    TestJob job;
    const TestPort port;
    ASSERT_EQ(port.Watch(job, 5), std::error_code());
    const Used before = OfChildren();
    const Handle process = job.Shell(  // subshells are forks without exec: as fast as it gets
        "i=0; while [ $i -lt 2500 ]; do (:) & (exit 1) & (exit 2) & (exit 3) & wait; i=$((i+1)); done");
    const auto packets = port.CollectUntilEmpty();
    EXPECT_EQ(ExitCode(process), 0u);
    const Used truth = OfChildren(before);
    EXPECT_EQ(Count(packets, abi::kMsgNewProcess, 5), 10'001u);
    EXPECT_EQ(Count(packets, abi::kMsgExitProcess, 5), 10'001u);
    if (linux_kernel::KnowsExitCodes()) ExpectCodes(packets);
    const auto counted = job.Accounting();
    EXPECT_EQ(counted.TotalProcesses, 10'001u);
    EXPECT_NEAR(static_cast<double>(counted.TotalPageFaultCount), static_cast<double>(truth.page_faults),
                1e-3 * static_cast<double>(truth.page_faults));
    const double seconds = static_cast<double>(counted.TotalUserTime + counted.TotalKernelTime) / 1e7;
    RecordProperty("cpu_seconds", std::to_string(seconds) + " of " + std::to_string(truth.seconds));
    off = std::abs(seconds / truth.seconds - 1.0);
  }
  EXPECT_LE(off, 0.01);
}

TEST_F(LinuxEvents, FirstProcessIsReportedBeforeItsEnd) {
  TestJob job;
  const TestPort port;
  ASSERT_EQ(port.Watch(job, 3), std::error_code());
  for (int round = 0; round < 20; ++round) {
    ProcessId id = ProcessId::kNone;
    const Handle process = job.Shell("exit 0", &id);
    const auto packets = port.CollectUntilEmpty();
    ASSERT_EQ(packets.size(), 3u);
    EXPECT_EQ(packets[0].message, abi::kMsgNewProcess);
    EXPECT_EQ(packets[1].message, abi::kMsgExitProcess);
    EXPECT_EQ(packets[2].message, abi::kMsgActiveProcessZero);
    EXPECT_EQ(packets[0].value, static_cast<std::uint64_t>(id));
    EXPECT_EQ(packets[1].value, static_cast<std::uint64_t>(id));
    EXPECT_EQ(packets[2].value, 0u);
  }
}

TEST_F(LinuxEvents, MembersThatWereThereAreReportedAtAssociation) {
  TestJob job;
  const Handle process = job.Shell("sleep 30 & sleep 30 & wait");
  ASSERT_TRUE(Eventually([&] { return job.Members().size() == 3; }));
  const TestPort port;
  ASSERT_EQ(port.Watch(job, 9), std::error_code());
  EXPECT_EQ(port.Watch(job, 9), Win32Error::kInvalidParameter) << "one port at a time";
  const auto packets = port.Collect([](const auto& all) { return all.size() >= 3; });
  std::vector<std::uint64_t> reported;
  for (const kernel::Packet& packet : packets) {
    EXPECT_EQ(packet.message, abi::kMsgNewProcess);
    reported.push_back(packet.value);
  }
  EXPECT_THAT(reported, UnorderedElementsAreArray(job.Members()));
}

TEST_F(LinuxEvents, TwoJobsOfOnePortAreToldApartByKey) {
  TestJob first;
  TestJob second;
  const TestPort port;
  ASSERT_EQ(port.Watch(first, 21), std::error_code());
  ASSERT_EQ(port.Watch(second, 22), std::error_code());
  const Handle one = first.Shell("/bin/true; /bin/true");
  const Handle two = second.Shell("/bin/true; /bin/true; /bin/true");
  const auto packets = port.Collect([](const auto& all) {
    return Count(all, abi::kMsgActiveProcessZero, 21) == 1 && Count(all, abi::kMsgActiveProcessZero, 22) == 1;
  });
  EXPECT_EQ(ExitCode(one), 0u);
  EXPECT_EQ(ExitCode(two), 0u);
  EXPECT_EQ(Count(packets, abi::kMsgNewProcess, 21), first.Accounting().TotalProcesses);
  EXPECT_EQ(Count(packets, abi::kMsgExitProcess, 21), first.Accounting().TotalProcesses);
  EXPECT_EQ(Count(packets, abi::kMsgNewProcess, 22), second.Accounting().TotalProcesses);
  EXPECT_GT(second.Accounting().TotalProcesses, first.Accounting().TotalProcesses);
}

TEST_F(LinuxEvents, AssignedProcessIsCountedAndReported) {
  TestJob job;
  const TestPort port;
  ASSERT_EQ(port.Watch(job, 4), std::error_code());
  kernel::StartRequest request;
  request.command = {"sleep", "30"};
  kernel::RawHandle raw = nullptr;
  ProcessId id = ProcessId::kNone;
  ASSERT_EQ(kernel::StartProcess(request, {}, raw, id), std::error_code());
  const Handle process(raw);
  ASSERT_EQ(kernel::AssignProcess(job.raw(), raw), std::error_code());
  ASSERT_EQ(kernel::AssignProcess(job.raw(), raw), std::error_code()) << "a member already";
  EXPECT_EQ(job.Accounting().TotalProcesses, 1u);
  ASSERT_EQ(kernel::TerminateJob(job.raw(), 1), std::error_code());
  const auto packets = port.CollectUntilEmpty();
  ASSERT_EQ(packets.size(), 3u);
  EXPECT_EQ(packets[0].value, static_cast<std::uint64_t>(id));
  EXPECT_EQ(packets[0].message, abi::kMsgNewProcess);
  EXPECT_EQ(ExitCode(process), 128u + 9u);
}

TEST_F(LinuxEvents, PortCanBeTakenAwayAndGivenAgain) {
  TestJob job;
  const TestPort port;
  ASSERT_EQ(port.Watch(job, 6), std::error_code());
  const abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT none{0, nullptr};
  ASSERT_EQ(Set(job.raw(), none), std::error_code());
  EXPECT_EQ(Set(job.raw(), none), Win32Error::kInvalidParameter);
  const Handle unseen = job.Shell("exit 0");
  EXPECT_EQ(ExitCode(unseen), 0u);
  ASSERT_TRUE(job.IsEmptySoon());
  ASSERT_EQ(port.Watch(job, 7), std::error_code());
  const Handle seen = job.Shell("exit 0");
  const auto packets = port.CollectUntilEmpty();
  EXPECT_EQ(ExitCode(seen), 0u);
  EXPECT_EQ(packets.size(), 3u);
  EXPECT_EQ(Count(packets, abi::kMsgNewProcess, 7), 1u);
}

TEST_F(LinuxEvents, TotalsGoOnAfterTheHolderWasKilled) {
  const std::string name = UniqueName();
  OtherProgram holder([&] {
    TestJob job(name);
    const Handle process = job.Shell("(:); (:); (:); exec sleep 30");
    const bool counted = Eventually([&] {
      const auto accounting = job.Accounting();
      return accounting.TotalProcesses == 4 && accounting.ActiveProcesses == 1;
    });
    ::kill(::getpid(), SIGKILL);
    return counted;
  });
  EXPECT_FALSE(holder.Go());
  TestJob again(name);
  ASSERT_TRUE(again.existed());
  const auto before = again.Accounting();
  EXPECT_EQ(before.TotalProcesses, 4u);
  EXPECT_EQ(before.ActiveProcesses, 1u);
  EXPECT_GT(before.TotalPageFaultCount, 0u);
  const Handle process = again.Shell("(:); (:)");
  EXPECT_EQ(ExitCode(process), 0u);
  EXPECT_EQ(again.Accounting().TotalProcesses, 7u);
  EXPECT_GT(again.Accounting().TotalPageFaultCount, before.TotalPageFaultCount);
  EXPECT_GE(again.Accounting().TotalUserTime + again.Accounting().TotalKernelTime,
            before.TotalUserTime + before.TotalKernelTime);
}

TEST_F(LinuxEvents, StartsByAnotherProgramAreCounted) {
  const std::string name = UniqueName();
  OtherProgram other([&] {
    kernel::RawHandle job = nullptr;
    return !kernel::OpenJob(name, abi::kJobAllAccess, job) && ExitCode(StartShell(job, "(:); exit 6")) == 6u;
  });
  const TestJob job(name);
  EXPECT_EQ(job.Accounting().TotalProcesses, 0u);
  ASSERT_TRUE(other.Go());
  EXPECT_EQ(job.Accounting().TotalProcesses, 2u);
  other.Kill();  // the last to close an empty group removes it; a program that is killed cannot
}

TEST_F(LinuxEvents, SupportSaysWhatIsCounted) {
  const TestJob job;
  const kernel::Support support = kernel::SupportOf(job.raw());
  const std::uint32_t at_core = kernel::kUserTime | kernel::kKernelTime | kernel::kPageFaults |
                                kernel::kTotalProcesses | kernel::kActiveProcesses | kernel::kTerminatedProcesses;
  const std::uint32_t at_full = kernel::kMemory | kernel::kPeakJobMemory | kernel::kReadOperations |
                                kernel::kWriteOperations | kernel::kReadBytes | kernel::kWriteBytes;
  const bool full = kernel::Identify().level == "full";
  EXPECT_EQ(support.counters & (at_core | (full ? at_full : 0)), at_core | (full ? at_full : 0));
  EXPECT_EQ(support.counters & ~(at_core | at_full), 0U);
  const std::uint32_t messages = 1U << abi::kMsgActiveProcessZero | 1U << abi::kMsgNewProcess |
                                 1U << abi::kMsgExitProcess | 1U << abi::kMsgEndOfJobTime |
                                 1U << abi::kMsgEndOfProcessTime | 1U << abi::kMsgNotificationLimit;
  const std::uint32_t of_controllers = 1U << abi::kMsgJobMemoryLimit | 1U << abi::kMsgActiveProcessLimit;
  const std::uint32_t of_exits = 1U << abi::kMsgAbnormalExitProcess;
  EXPECT_EQ(support.messages & ~(of_controllers | of_exits), messages);
  EXPECT_EQ((support.messages & of_exits) != 0, linux_kernel::KnowsExitCodes());
  if (full) {
    EXPECT_EQ(support.messages & of_controllers, of_controllers);
  }
}

}  // namespace
}  // namespace winjob::linux_test
