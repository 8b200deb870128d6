#include "agent/watcher.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

// Waits until `done` holds, at most some seconds.
bool Eventually(const auto& done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

std::uint64_t Total(const EventCounts& counts, std::size_t job, Event event) {
  EventTotals totals{};
  counts.Read(job, totals);
  return totals[static_cast<std::size_t>(event)];
}

class WatcherTest : public testing::Test {
 protected:
  WatcherTest() { fake::Reset(); }
  RecordedLog records_;
  const Log log_ = records_.log();
};

TEST_F(WatcherTest, CountsEachMessageForItsJobAndEvent) {
  const auto port = Port::Create();
  ASSERT_TRUE(port);
  EventCounts counts(2);
  const Watcher watcher(*port, counts, log_);
  for (const Message& message : kMessages) {
    const auto times = static_cast<unsigned>(message.event) + 1;
    for (unsigned n = 0; n < times; ++n)
      ASSERT_FALSE(port->Post({KeyOf(1), message.number != 0 ? message.number : 99, 4711}));
  }
  ASSERT_TRUE(Eventually([&] { return Total(counts, 1, Event::kUnknown) == kEventCount; }));
  for (const Message& message : kMessages) {
    EXPECT_EQ(Total(counts, 1, message.event), static_cast<unsigned>(message.event) + 1) << message.name;
    EXPECT_EQ(Total(counts, 0, message.event), 0u) << message.name;
  }
}

TEST_F(WatcherTest, CountsPacketsOfNoJobAsStrays) {
  const auto port = Port::Create();
  ASSERT_TRUE(port);
  EventCounts counts(1);
  const Watcher watcher(*port, counts, log_);
  ASSERT_FALSE(port->Post({KeyOf(1), abi::kMsgNewProcess, 1}));
  ASSERT_FALSE(port->Post({0, abi::kMsgNewProcess, 1}));
  EXPECT_TRUE(Eventually([&] { return watcher.strays() == 2; }));
}

TEST_F(WatcherTest, EndsWithOneClearLineWhenThePortFails) {
  const auto port = Port::Create();
  ASSERT_TRUE(port);
  EventCounts counts(1);
  fake::FailNext(fake::Call::kWaitPort, make_error_code(Win32Error::kInvalidHandle), 0, fake::kAlways);
  {
    const Watcher watcher(*port, counts, log_);
    EXPECT_TRUE(Eventually([&] { return records_.Count({"the completion port failed"}) == 1; }));
  }
  EXPECT_EQ(records_.Count({"the completion port failed", "(6)"}), 1);
}

}  // namespace
}  // namespace winjob::agent
