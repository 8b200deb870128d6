// The port itself: the order of what jobs say and what is posted, and handles that are closed while others use them.
#include <deque>
#include <thread>

#include "tests/linux/support.h"
#include "tests/linux/test_port.h"
#include "winjob/linux/monotonic_time.h"
#include "winjob/linux/port.h"

namespace winjob::linux_test {
namespace {

constexpr std::uint64_t kJob = 1;
constexpr std::uint64_t kOwn = 2;

class LinuxPort : public CoreTest {
 protected:
  void SetUp() override {
    CoreTest::SetUp();
    if (IsSkipped()) return;
    const TestJob job;
    if ((kernel::SupportOf(job.raw()).messages & 1U << abi::kMsgNewProcess) == 0)
      GTEST_SKIP() << "performance events of groups are not allowed here";
  }

  /// Waits, with room for so many packets, until one of the program's own has come.
  static std::vector<kernel::Packet> UntilOwn(const TestPort& port, std::size_t room) {
    std::vector<kernel::Packet> all;
    std::vector<kernel::Packet> packets(room);
    while (Count(all, 0, kOwn) == 0) {
      std::size_t count = 0;
      const std::error_code error = kernel::WaitPort(port.raw(), packets, std::chrono::seconds(60), count);
      EXPECT_EQ(error, std::error_code());
      if (error) break;
      all.insert(all.end(), packets.begin(), packets.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return all;
  }
};

TEST_F(LinuxPort, WhatIsPostedComesAfterAllThatTheJobsHaveSaid) {
  for (const std::size_t room : {1U, 8U, 1024U}) {
    TestJob job;
    const TestPort port;
    ASSERT_EQ(port.Watch(job, kJob), std::error_code());
    EXPECT_EQ(ExitCode(job.Shell("i=0; while [ $i -lt 50 ]; do (:); i=$((i+1)); done")), 0u);
    ASSERT_EQ(kernel::PostPort(port.raw(), {kOwn, 0, 0}), std::error_code());
    const auto packets = UntilOwn(port, room);
    EXPECT_EQ(Count(packets, abi::kMsgNewProcess, kJob), 51u) << room;
    EXPECT_EQ(Count(packets, abi::kMsgExitProcess, kJob), 51u) << room;
    EXPECT_EQ(packets.back().key, kOwn) << room;
  }
}

TEST_F(LinuxPort, WhatIsPostedInBetweenIsHandedOutInBetween) {
  TestJob job;
  const TestPort port;
  ASSERT_EQ(port.Watch(job, kJob), std::error_code());
  const Handle process = job.Shell("exec sleep 60");
  ASSERT_EQ(kernel::PostPort(port.raw(), {kOwn, 99, 0}), std::error_code());
  ASSERT_EQ(kernel::TerminateJob(job.raw(), 1), std::error_code());
  EXPECT_EQ(ExitCode(process), 128u + 9u);
  std::vector<std::uint32_t> messages;
  for (const kernel::Packet& packet : port.CollectUntilEmpty()) messages.push_back(packet.message);
  EXPECT_EQ(messages,
            (std::vector<std::uint32_t>{abi::kMsgNewProcess, 99, abi::kMsgExitProcess, abi::kMsgActiveProcessZero}));
}

TEST_F(LinuxPort, AStreamOfPostsLeavesTheJobsTheirTurn) {
  TestJob job;
  const TestPort port;
  ASSERT_EQ(port.Watch(job, kJob), std::error_code());
  const Handle process = job.Shell("exec sleep 60");
  bool told = false;
  for (int posts = 0; posts < 1000 && !told; ++posts) {
    ASSERT_EQ(kernel::PostPort(port.raw(), {kOwn, 0, 0}), std::error_code());
    kernel::Packet room[1];
    std::size_t count = 0;
    ASSERT_EQ(kernel::WaitPort(port.raw(), room, std::chrono::seconds(60), count), std::error_code());
    told = room[0].key == kJob;
  }
  EXPECT_TRUE(told);
}

TEST_F(LinuxPort, JobsAndPortsCloseInAnyOrderDuringAWait) {
  for (int round = 0; round < 10; ++round) {
    auto port = std::make_unique<TestPort>();
    std::error_code end;
    std::thread watcher([&, raw = port->raw()] {
      kernel::Packet room[8];
      std::size_t count = 0;
      do {
        end = kernel::WaitPort(raw, room, kForever, count);
      } while (!end);
    });
    {
      TestJob first;
      TestJob second;
      EXPECT_EQ(port->Watch(first, 1), std::error_code());
      EXPECT_EQ(port->Watch(second, 2), std::error_code());
      const Handle one = first.Shell("(:); (:)");
      const Handle two = second.Shell("exec sleep 30");
      if (round % 2 == 0) first.CloseNow();
      EXPECT_EQ(kernel::PostPort(port->raw(), {3, 0, 4}), std::error_code());
      if (round % 3 == 0) port.reset();
      EXPECT_EQ(ExitCode(one), 0u);
      const TestJob last(first.name());  // the group outlives its last handle if the process did
    }
    port.reset();
    watcher.join();
    EXPECT_TRUE(end == Win32Error::kAbandonedWait || end == Win32Error::kInvalidHandle) << end;
  }
}

TEST(LinuxPortQueue, AHandleThatWasClosedIsNone) {
  kernel::RawHandle port = nullptr;
  ASSERT_EQ(kernel::CreatePort(port), std::error_code());
  kernel::Close(port);
  kernel::Packet room[1];
  std::size_t count = 0;
  EXPECT_EQ(kernel::WaitPort(port, room, kForever, count), Win32Error::kInvalidHandle);
  EXPECT_EQ(kernel::PostPort(port, {kOwn, 0, 0}), Win32Error::kInvalidHandle);
}

TEST(LinuxPortQueue, HandsOutWhatWasPostedInOrder) {
  const TestPort port;
  for (std::uint64_t i = 1; i <= 3; ++i) ASSERT_EQ(kernel::PostPort(port.raw(), {i, 0, 10 * i}), std::error_code());
  kernel::Packet room[2];
  std::size_t count = 0;
  ASSERT_EQ(kernel::WaitPort(port.raw(), room, std::chrono::seconds(60), count), std::error_code());
  ASSERT_EQ(count, 2u);
  EXPECT_EQ(room[1].key, 2u);
  EXPECT_EQ(room[1].value, 20u);
  ASSERT_EQ(kernel::WaitPort(port.raw(), room, std::chrono::seconds(60), count), std::error_code());
  EXPECT_EQ(count, 1u);
  EXPECT_EQ(kernel::WaitPort(port.raw(), room, std::chrono::milliseconds(1), count), Win32Error::kWaitTimeout);
  EXPECT_EQ(count, 0u);
}

/// A job that says more at every look than a waiter has room for.
class Chatterer final : public linux_kernel::PortSource {
 public:
  void Ready(bool) noexcept override {}
  [[nodiscard]] Left Drain(std::uint64_t until, linux_kernel::PacketWriter& packets) noexcept override {
    for (int i = 0; i < 8; ++i) said_.push_back(linux_kernel::MonotonicTime());
    for (; !packets.full() && !said_.empty() && said_.front() <= until; said_.pop_front())
      packets.Add({kJob, 0, said_.front()});
    return Left::kSome;
  }

 private:
  std::deque<std::uint64_t> said_;
};

/// A job whose first message is not to be told for a while.
class Hesitator final : public linux_kernel::PortSource {
 public:
  explicit Hesitator(int looks) : looks_(looks) {}
  void Ready(bool) noexcept override {}
  [[nodiscard]] Left Drain(std::uint64_t until, linux_kernel::PacketWriter& packets) noexcept override {
    if (said_ > until || told_) return told_ ? Left::kNone : Left::kSome;
    if (--looks_ > 0) return Left::kHeld;
    packets.Add({kJob, 0, 7});
    told_ = true;
    return Left::kNone;
  }

 private:
  const std::uint64_t said_ = linux_kernel::MonotonicTime();
  int looks_;
  bool told_ = false;
};

TEST(LinuxPortQueue, WhatIsPostedAfterAMessageThatHasToWaitWaitsToo) {
  std::shared_ptr<linux_kernel::PortQueue> port;
  ASSERT_EQ(linux_kernel::PortQueue::Create(port), std::error_code());
  ASSERT_EQ(port->Add(std::make_shared<Hesitator>(20), {}, {}), std::error_code());
  port->Post({kOwn, 0, 10});
  std::vector<std::uint64_t> values;
  while (values.size() < 2) {
    kernel::Packet room[4];
    std::size_t count = 0;
    ASSERT_EQ(port->Wait(room, std::chrono::seconds(60), count), std::error_code());
    for (const kernel::Packet& packet : std::span(room, count)) values.push_back(packet.value);
  }
  EXPECT_EQ(values, (std::vector<std::uint64_t>{7, 10}));
}

TEST(LinuxPortQueue, AJobThatNeverEndsLeavesThePostsTheirTurn) {
  std::shared_ptr<linux_kernel::PortQueue> port;
  ASSERT_EQ(linux_kernel::PortQueue::Create(port), std::error_code());
  ASSERT_EQ(port->Add(std::make_shared<Chatterer>(), {}, {}), std::error_code());
  kernel::Packet room[4];
  std::size_t count = 0;
  for (int i = 0; i < 10; ++i) ASSERT_EQ(port->Wait(room, std::chrono::seconds(60), count), std::error_code());
  const std::uint64_t before = linux_kernel::MonotonicTime();
  port->Post({kOwn, 0, 10});
  port->Post({kOwn, 0, 20});
  std::vector<std::uint64_t> posted;
  for (int waits = 0; waits < 1000 && posted.size() < 2; ++waits) {
    ASSERT_EQ(port->Wait(room, std::chrono::seconds(60), count), std::error_code());
    for (const kernel::Packet& packet : std::span(room, count))
      if (packet.key == kOwn)
        posted.push_back(packet.value);
      else
        EXPECT_TRUE(posted.empty() || packet.value > before) << "said before it, told after it";
  }
  EXPECT_EQ(posted, (std::vector<std::uint64_t>{10, 20}));
}

}  // namespace
}  // namespace winjob::linux_test
