// Subscriptions and keepers on real groups and processes.
#include "winjob/subscription.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <mutex>

#include "tests/linux/support.h"
#include "winjob/job.h"
#include "winjob/keeper.h"

namespace winjob::linux_test {
namespace {

TEST(LinuxSubscription, TellsThatAJobIsEmptyAndStops) {
  std::mutex mutex;
  std::vector<std::pair<CompletionKey, Event>> got;
  Result<Subscription> subscription = Subscription::Start([&](CompletionKey job, const Notification& notification) {
    const std::lock_guard lock(mutex);
    got.emplace_back(job, notification.event);
  });
  ASSERT_TRUE(subscription) << subscription.error();
  Job first = *Job::Create(UniqueName());
  Job second = *Job::Create(UniqueName());
  ASSERT_TRUE(subscription->Add(first));
  const Result<CompletionKey> key = subscription->Add(second);
  ASSERT_TRUE(key) << key.error();

  const Job* const jobs[] = {&second};
  const Result<Process> process = Process::Start({.command = {"true"}}, jobs);
  ASSERT_TRUE(process) << process.error();
  EXPECT_TRUE(Eventually([&] {
    const std::lock_guard lock(mutex);
    return !got.empty() && got.back() == std::pair(*key, Event::kActiveProcessZero);
  }));
  EXPECT_EQ(subscription->Stop(), std::error_code());
  for (const auto& [job, event] : got) EXPECT_EQ(job, *key) << EventName(event);
}

TEST(LinuxKeeper, HoldsTheNameUntilItsOwnerHasEnded) {
  const std::vector<std::string> names = {UniqueName()};
  const Result<Process> owner = Process::Start({.command = {"sleep", "30"}}, {});
  ASSERT_TRUE(owner) << owner.error();
  auto job = std::make_unique<Job>(*Job::Create(names[0]));
  std::promise<void> begun;
  std::future<std::error_code> keeper = std::async(std::launch::async, [&, identity = *owner->Identity()] {
    begun.set_value();
    return HoldNames(names, identity);
  });
  begun.get_future().wait();
  EXPECT_EQ(keeper.wait_for(std::chrono::seconds(3)), std::future_status::timeout) << "it opens the job meanwhile";
  job.reset();
  EXPECT_TRUE(Job::Open(names[0]));
  EXPECT_EQ(owner->Terminate(0), std::error_code());
  EXPECT_EQ(keeper.get(), std::error_code());
  EXPECT_TRUE(Eventually([&] {
    const Result<Job> found = Job::Open(names[0]);
    return !found && found.error() == Win32Error::kFileNotFound;
  }));
}

}  // namespace
}  // namespace winjob::linux_test
