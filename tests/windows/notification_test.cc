// The completion port: whose message it is, in which order, and how many come at once.
#include <algorithm>
#include <array>
#include <atomic>
#include <iostream>
#include <iterator>
#include <thread>

#include "tests/windows/fixture.h"
#include "winjob/notification.h"

namespace winjob {
namespace {

struct Seen {
  CompletionKey key;
  Event event;
  ProcessId process;
  friend bool operator==(const Seen&, const Seen&) = default;
};

/// Reads packets until `enough` of them say so.
std::vector<Seen> ReadUntil(const Port& port, const std::function<bool(const std::vector<Seen>&)>& enough) {
  std::vector<Seen> seen;
  std::array<kernel::Packet, 16> buffer;
  while (!enough(seen)) {
    std::span<kernel::Packet> packets;
    if (const std::error_code error = port.Wait(buffer, kPatience, packets)) {
      ADD_FAILURE() << error.message() << " after " << seen.size() << " packets";
      break;
    }
    for (const kernel::Packet& packet : packets) {
      const Notification notification = Decode(packet);
      seen.push_back({packet.key, notification.event, notification.process});
    }
  }
  return seen;
}

auto Count(CompletionKey key, Event event) {
  return [=](const std::vector<Seen>& seen) {
    return std::count_if(seen.begin(), seen.end(), [=](const Seen& s) { return s.key == key && s.event == event; });
  };
}

TEST(WindowsNotification, TwoJobsOnOnePortAreToldApartByTheirKeys) {
  constexpr CompletionKey kFirst = 3;
  constexpr CompletionKey kSecond = 0xFFFF'FFFF'FFFF'FFF0;  // all of the 64 bits
  const Result<Port> port = Port::Create();
  Job first = DoomedJob();
  Job second = DoomedJob();
  ASSERT_EQ(first.NotifyTo(*port, kFirst), std::error_code());
  ASSERT_EQ(second.NotifyTo(*port, kSecond), std::error_code());

  const Process one = Start({"exit", "0"}, {&first});
  const Process two = Start({"exit", "0"}, {&second});
  const std::vector<Seen> seen = ReadUntil(*port, [](const std::vector<Seen>& all) { return all.size() == 6; });
  for (const auto& [key, id] : {std::pair(kFirst, one.id()), std::pair(kSecond, two.id())}) {
    std::vector<Seen> own;
    std::copy_if(seen.begin(), seen.end(), std::back_inserter(own), [k = key](const Seen& s) { return s.key == k; });
    EXPECT_THAT(own, testing::ElementsAre(Seen{key, Event::kNewProcess, id}, Seen{key, Event::kExitProcess, id},
                                          Seen{key, Event::kActiveProcessZero, ProcessId::kNone}));
  }
}

TEST(WindowsNotification, MembersThatWereThereFirstAreReportedWhenThePortIsTied) {
  const Result<Port> port = Port::Create();
  Job job = DoomedJob();
  const Process process = Start({"sleep", "forever"}, {&job});
  ASSERT_EQ(job.NotifyTo(*port, 8), std::error_code());
  EXPECT_THAT(ReadUntil(*port, [](const std::vector<Seen>& seen) { return !seen.empty(); }),
              testing::ElementsAre(Seen{8, Event::kNewProcess, process.id()}));
}

TEST(WindowsNotification, AJobKeepsItsFirstPort) {
  const Result<Port> first = Port::Create();
  const Result<Port> second = Port::Create();
  Job job = DoomedJob();
  ASSERT_EQ(job.NotifyTo(*first, 11), std::error_code());
  EXPECT_EQ(job.NotifyTo(*second, 12), Win32Error::kInvalidParameter);
  const Process process = Start({"exit", "0"}, {&job});
  EXPECT_THAT(ReadUntil(*first, Count(11, Event::kActiveProcessZero)), testing::SizeIs(3));
}

TEST(WindowsNotification, ABurstOfChildrenIsReportedWithoutLoss) {
  constexpr int kChildren = 100;
  // Wine on a loaded machine now and then fails a CreateProcess (1359): the workload then ends early and says so. The
  // counts must agree all the same, and the burst is tried again.
  constexpr int kAttempts = 3;
  std::optional<std::uint32_t> exit_code;
  for (int attempt = 0; attempt < kAttempts && exit_code != 0U; ++attempt) {
    const Result<Port> port = Port::Create();
    Job job = DoomedJob();
    ASSERT_EQ(job.NotifyTo(*port, 21), std::error_code());
    const Process process = Start({"spawn", std::to_string(kChildren), "0", "16"}, {&job});
    const std::vector<Seen> seen = ReadUntil(*port, Count(21, Event::kActiveProcessZero));
    exit_code = ExitCode(process);
    Counters counters;
    ASSERT_EQ(job.QueryCounters(counters), std::error_code());
    const std::ptrdiff_t total = counters.total_processes.value_or(0);
    EXPECT_EQ(Count(21, Event::kNewProcess)(seen), total);
    EXPECT_EQ(Count(21, Event::kExitProcess)(seen), total);
    if (exit_code == 0U) {
      EXPECT_EQ(total, kChildren + 1);
    } else {
      std::cout << "the workload ended early, with " << exit_code.value_or(0) << " after " << total << " processes\n";
    }
  }
  EXPECT_EQ(exit_code, 0U) << "the workload never started all its children";
}

TEST(WindowsNotification, QueuedPacketsComeAsManyAtOnceAsFit) {
  const Result<Port> port = Port::Create();
  struct Row {
    std::size_t room;
    std::vector<std::size_t> batches;
  };
  // 64 is what one call takes.
  for (const Row& row : {Row{16, std::vector<std::size_t>(10, 16)}, Row{1000, {64, 64, 32}}, Row{60, {60, 60, 40}}}) {
    constexpr std::uint32_t kPosted = 160;
    for (std::uint32_t i = 0; i < kPosted; ++i)
      ASSERT_EQ(port->Post({1'000'000'000'000U + i, 500 + i, 0xABCD'0000'0000U + i}), std::error_code());

    std::vector<kernel::Packet> buffer(row.room);
    std::uint32_t next = 0;
    for (const std::size_t batch : row.batches) {
      std::span<kernel::Packet> packets;
      ASSERT_EQ(port->Wait(buffer, kPatience, packets), std::error_code());
      ASSERT_EQ(packets.size(), batch);
      for (const kernel::Packet& packet : packets) {
        EXPECT_EQ(packet.key, 1'000'000'000'000U + next);
        EXPECT_EQ(packet.message, 500 + next);
        EXPECT_EQ(packet.value, 0xABCD'0000'0000U + next);
        ++next;
      }
    }
    EXPECT_EQ(next, kPosted);
  }
}

TEST(WindowsNotification, AnEmptyPortTimesOutAndAPostWakesTheReader) {
  const Result<Port> port = Port::Create();
  std::array<kernel::Packet, 4> buffer;
  std::span<kernel::Packet> packets;
  for (const Timeout timeout : {Timeout(0), Timeout(5), Timeout(-1)})
    EXPECT_EQ(port->Wait(buffer, timeout, packets), Win32Error::kWaitTimeout);
  EXPECT_TRUE(packets.empty());

  std::thread poster([&] { EXPECT_EQ(port->Post({5, 0, 6}), std::error_code()); });
  EXPECT_EQ(port->Wait(buffer, kForever, packets), std::error_code());
  poster.join();
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_EQ(packets[0].key, 5U);
}

TEST(WindowsNotification, APortThatIsClosedDuringAWaitAbandonsIt) {
  if (OnWine()) GTEST_SKIP() << "Wine lets a wait run on when its port is closed: readers are stopped by a packet";
  kernel::RawHandle port = nullptr;
  ASSERT_EQ(kernel::CreatePort(port), std::error_code());
  std::atomic<bool> about_to_wait = false;
  std::error_code error;
  std::thread reader([&] {
    std::array<kernel::Packet, 4> buffer;
    std::size_t count = 0;
    about_to_wait = true;
    error = kernel::WaitPort(port, buffer, kPatience, count);
  });
  while (!about_to_wait) std::this_thread::yield();
  std::this_thread::sleep_for(20ms);  // whether it waits already or not, the answer is the same
  kernel::Close(port);
  reader.join();
  EXPECT_EQ(error, Win32Error::kAbandonedWait);
}

TEST(WindowsNotification, APortThatIsGoneIsAnAbandonedWait) {
  kernel::RawHandle port = nullptr;
  ASSERT_EQ(kernel::CreatePort(port), std::error_code());
  kernel::Close(port);
  std::array<kernel::Packet, 4> buffer;
  std::size_t count = 9;
  EXPECT_EQ(kernel::WaitPort(port, buffer, 10ms, count), Win32Error::kAbandonedWait);
  EXPECT_EQ(count, 0U);
}

}  // namespace
}  // namespace winjob
