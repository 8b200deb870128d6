#include "agent/watcher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>

#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

// Waits until `done` holds, at most a minute.
bool Eventually(const auto& done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

std::uint64_t Total(const Mailboxes::Entry& entry, Event event) {
  EventTotals totals{};
  entry.box->events.Read(totals);
  return totals[static_cast<std::size_t>(event)];
}

class WatcherTest : public testing::Test {
 protected:
  WatcherTest() { fake::Reset(); }
  RecordedLog records_;
  const Log log_ = records_.log();
  Mailboxes boxes_;
  std::atomic<int> calls_{0};
  const std::function<void()> attention_ = [this] { ++calls_; };
};

TEST_F(WatcherTest, CountsEachMessageForItsJobAndEvent) {
  const auto port = Port::Create();
  ASSERT_TRUE(port);
  const Mailboxes::Entry first = boxes_.Open(), second = boxes_.Open();
  const Watcher watcher(*port, boxes_, attention_, log_);
  for (const Message& message : kMessages) {
    const auto times = static_cast<unsigned>(message.event) + 1;
    for (unsigned n = 0; n < times; ++n)
      ASSERT_FALSE(port->Post({second.key, message.number != 0 ? message.number : 99, 4711}));
  }
  ASSERT_TRUE(Eventually([&] { return Total(second, Event::kUnknown) == kEventCount; }));
  for (const Message& message : kMessages) {
    EXPECT_EQ(Total(second, message.event), static_cast<unsigned>(message.event) + 1) << message.name;
    EXPECT_EQ(Total(first, message.event), 0u) << message.name;
  }
  EXPECT_EQ(calls_, static_cast<int>(Event::kNotificationLimit) + 1);
}

TEST_F(WatcherTest, CountsPacketsOfNoJobAsStrays) {
  const auto port = Port::Create();
  ASSERT_TRUE(port);
  const Mailboxes::Entry closed = boxes_.Open();
  boxes_.Close(closed.key);
  const Watcher watcher(*port, boxes_, attention_, log_);
  ASSERT_FALSE(port->Post({closed.key, abi::kMsgNewProcess, 1}));
  ASSERT_FALSE(port->Post({closed.key + 1, abi::kMsgNewProcess, 1}));
  ASSERT_FALSE(port->Post({0, abi::kMsgNewProcess, 1}));
  EXPECT_TRUE(Eventually([&] { return watcher.strays() == 3; }));
}

TEST_F(WatcherTest, AMarkComesAfterWhatWasPostedBefore) {
  const auto port = Port::Create();
  ASSERT_TRUE(port);
  const Mailboxes::Entry entry = boxes_.Open();
  Watcher watcher(*port, boxes_, attention_, log_);
  for (int i = 0; i < 200; ++i) ASSERT_FALSE(port->Post({entry.key, abi::kMsgNewProcess, 0}));
  watcher.Mark(3);
  ASSERT_TRUE(Eventually([&] { return entry.box->events.settled().mark == 3; }));
  EXPECT_EQ(entry.box->events.settled().count, 200u);
}

TEST_F(WatcherTest, EndsWithOneClearLineWhenThePortFails) {
  const auto port = Port::Create();
  ASSERT_TRUE(port);
  fake::FailNext(fake::Call::kWaitPort, make_error_code(Win32Error::kInvalidHandle), 0, fake::kAlways);
  {
    const Watcher watcher(*port, boxes_, attention_, log_);
    EXPECT_TRUE(Eventually([&] { return records_.Count({"the completion port failed"}) == 1; }));
    EXPECT_FALSE(watcher.alive());
  }
  EXPECT_EQ(records_.Count({"the completion port failed", "(6)"}), 1);
}

}  // namespace
}  // namespace winjob::agent
