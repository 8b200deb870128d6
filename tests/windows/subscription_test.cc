// A subscription on real messages.
#include "winjob/subscription.h"

#include <mutex>

#include "tests/windows/fixture.h"

namespace winjob {
namespace {

TEST(WindowsSubscription, TellsTheLifeOfAProcessAndStops) {
  std::mutex mutex;
  std::vector<std::pair<CompletionKey, Notification>> got;
  Result<Subscription> subscription = Subscription::Start([&](CompletionKey job, const Notification& notification) {
    const std::lock_guard lock(mutex);
    got.emplace_back(job, notification);
  });
  ASSERT_TRUE(subscription) << subscription.error();
  Job first = DoomedJob();
  Job second = DoomedJob();
  const Result<CompletionKey> first_key = subscription->Add(first);
  const Result<CompletionKey> second_key = subscription->Add(second);
  ASSERT_TRUE(first_key && second_key);
  const Process process = Start({"exit", "0"}, {&second});
  EXPECT_EQ(ExitCode(process), 0U);
  EXPECT_TRUE(Eventually([&] {
    const std::lock_guard lock(mutex);
    return got.size() >= 3;
  }));
  EXPECT_EQ(subscription->Stop(), std::error_code());
  const ProcessId id = process.id();
  EXPECT_THAT(got, testing::ElementsAre(std::pair(*second_key, Notification{Event::kNewProcess, id}),
                                        std::pair(*second_key, Notification{Event::kExitProcess, id}),
                                        std::pair(*second_key, Notification{Event::kActiveProcessZero})));
  EXPECT_EQ(subscription->dropped(), 0U);
}

}  // namespace
}  // namespace winjob
