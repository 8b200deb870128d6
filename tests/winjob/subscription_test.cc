#include "winjob/subscription.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "tests/fake_kernel/fixture.h"

namespace winjob {
namespace {

using SubscriptionTest = fake::FakeKernelTest;

// What a handler got, and the wait for it.
class Inbox {
 public:
  Subscription::Handler handler() {
    return [this](CompletionKey job, const Notification& notification) {
      const std::lock_guard lock(mutex_);
      got_.emplace_back(job, notification);
      changed_.notify_all();
    };
  }

  std::vector<std::pair<CompletionKey, Notification>> Await(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return got_.size() >= count; });
    return got_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<CompletionKey, Notification>> got_;
};

TEST_F(SubscriptionTest, GetsTheMessagesOfItsJobsUnderTheirKeys) {
  Inbox inbox;
  Subscription subscription = *Subscription::Start(inbox.handler());
  Job first = *Job::Create("first");
  Job second = *Job::Create("second");
  const ProcessId there = fake::StartIn(first).id();
  const CompletionKey first_key = *subscription.Add(first);
  const CompletionKey second_key = *subscription.Add(second);
  EXPECT_NE(first_key, second_key);
  const ProcessId started = fake::StartIn(second).id();

  const auto got = inbox.Await(2);
  EXPECT_EQ(got[0], std::pair(first_key, Notification{Event::kNewProcess, there}));
  EXPECT_EQ(got[1], std::pair(second_key, Notification{Event::kNewProcess, started}));
  EXPECT_FALSE(subscription.Stop());
  EXPECT_EQ(subscription.dropped(), 0U);
}

TEST_F(SubscriptionTest, AMessageOfAnUnknownNumberIsHandedOnAndCounted) {
  Inbox inbox;
  Subscription subscription = *Subscription::Start(inbox.handler());
  Job job = *Job::Create("odd");
  const CompletionKey key = *subscription.Add(job);
  ASSERT_TRUE(fake::PostJobMessage("odd", 77, 9));
  EXPECT_EQ(inbox.Await(1)[0], std::pair(key, Notification{Event::kUnknown, ProcessId::kNone, 77}));
  EXPECT_FALSE(subscription.Stop());
  EXPECT_EQ(subscription.unknown(), 1U);
}

TEST_F(SubscriptionTest, WhatComesLateForAJobThatWasRemovedIsDroppedAndCounted) {
  Inbox inbox;
  Subscription subscription = *Subscription::Start(inbox.handler());
  Job kept = *Job::Create("kept");
  const CompletionKey kept_key = *subscription.Add(kept);
  CompletionKey gone_key = 0;
  {
    Job gone = *Job::Create("gone");
    gone_key = *subscription.Add(gone);
    subscription.Remove(gone_key);
    fake::StartIn(gone);
  }
  ASSERT_TRUE(fake::PostPacket("kept", {gone_key, abi::kMsgExitProcess, 12}));
  const ProcessId started = fake::StartIn(kept).id();
  const auto got = inbox.Await(1);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0], std::pair(kept_key, Notification{Event::kNewProcess, started}));
  EXPECT_EQ(subscription.dropped(), 2U);

  Job next = *Job::Create();
  EXPECT_GT(*subscription.Add(next), gone_key) << "a key is not used again";
}

TEST_F(SubscriptionTest, AJobThatHasAPortIsRefusedAndUsesNoKey) {
  Inbox inbox;
  Subscription subscription = *Subscription::Start(inbox.handler());
  const Port port = *Port::Create();
  Job job = *Job::Create("tied");
  ASSERT_FALSE(job.NotifyTo(port, 5));
  EXPECT_EQ(subscription.Add(job).error(), Win32Error::kInvalidParameter);
  ASSERT_FALSE(job.StopNotifying());
  const CompletionKey key = *subscription.Add(job);
  fake::StartIn(job);
  EXPECT_EQ(inbox.Await(1)[0].first, key);
}

TEST_F(SubscriptionTest, TwoThreadsMayStopItAndBothWaitForItsEnd) {
  Inbox inbox;
  Subscription subscription = *Subscription::Start(inbox.handler());
  std::thread other([&] { EXPECT_FALSE(subscription.Stop()); });
  EXPECT_FALSE(subscription.Stop());
  other.join();
  EXPECT_FALSE(subscription.Stop()) << "once more";
}

TEST_F(SubscriptionTest, TheHandlerMayAskForTheEnd) {
  std::optional<Subscription> subscription;
  std::atomic<int> calls{0};
  subscription = *Subscription::Start([&](CompletionKey, const Notification&) {
    ++calls;
    EXPECT_FALSE(subscription->Stop());
  });
  Job job = *Job::Create();
  ASSERT_TRUE(subscription->Add(job));
  fake::StartIn(job);
  fake::StartIn(job);
  while (calls == 0) std::this_thread::yield();
  EXPECT_FALSE(subscription->Stop());
  EXPECT_EQ(calls, 1) << "nothing is delivered after it";
}

TEST_F(SubscriptionTest, AnErrorOfThePortEndsItAndIsReported) {
  Inbox inbox;
  fake::FailNext(fake::Call::kWaitPort, Win32Error::kNoSystemResources);
  Subscription subscription = *Subscription::Start(inbox.handler());
  while (fake::Calls(fake::Call::kWaitPort) == 0) std::this_thread::yield();
  EXPECT_EQ(subscription.Stop(), Win32Error::kNoSystemResources);
  EXPECT_EQ(subscription.Stop(), Win32Error::kNoSystemResources) << "also later";
}

TEST_F(SubscriptionTest, ATimeOutOfTheWaitIsNoError) {
  Inbox inbox;
  fake::FailNext(fake::Call::kWaitPort, Win32Error::kWaitTimeout, 0, 3);
  Subscription subscription = *Subscription::Start(inbox.handler());
  Job job = *Job::Create();
  ASSERT_TRUE(subscription.Add(job));
  fake::StartIn(job);
  inbox.Await(1);
  EXPECT_FALSE(subscription.Stop());
}

TEST_F(SubscriptionTest, StopsWhereverItHasMovedTo) {
  Inbox inbox;
  Subscription first = *Subscription::Start(inbox.handler());
  Subscription second = *Subscription::Start(inbox.handler());
  second = std::move(first);
  Job job = *Job::Create();
  ASSERT_TRUE(second.Add(job));
  fake::StartIn(job);
  inbox.Await(1);
  EXPECT_FALSE(first.Stop());  // NOLINT: a moved-from one has nothing to stop
}

TEST_F(SubscriptionTest, WithoutAPortThereIsNone) {
  fake::FailNext(fake::Call::kCreatePort, Win32Error::kNotEnoughMemory);
  EXPECT_EQ(Subscription::Start({}).error(), Win32Error::kNotEnoughMemory);
}

}  // namespace
}  // namespace winjob
