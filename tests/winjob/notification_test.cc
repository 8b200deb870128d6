#include "winjob/notification.h"

#include <gtest/gtest.h>

#include <set>

namespace winjob {
namespace {

constexpr std::uint64_t kPid = 4712;

TEST(Notification, EveryMessageOfThePlatformIsDecoded) {
  // https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_associate_completion_port
  const struct {
    std::uint32_t number;
    Event event;
    ProcessId process;
    std::string_view name;
  } cases[] = {
      {1, Event::kEndOfJobTime, ProcessId::kNone, "end_of_job_time"},
      {2, Event::kEndOfProcessTime, ProcessId(kPid), "end_of_process_time"},
      {3, Event::kActiveProcessLimit, ProcessId::kNone, "active_process_limit"},
      {4, Event::kActiveProcessZero, ProcessId::kNone, "active_process_zero"},
      {6, Event::kNewProcess, ProcessId(kPid), "new_process"},
      {7, Event::kExitProcess, ProcessId(kPid), "exit_process"},
      {8, Event::kAbnormalExitProcess, ProcessId(kPid), "abnormal_exit_process"},
      {9, Event::kProcessMemoryLimit, ProcessId(kPid), "process_memory_limit"},
      {10, Event::kJobMemoryLimit, ProcessId(kPid), "job_memory_limit"},
      {11, Event::kNotificationLimit, ProcessId(kPid), "notification_limit"},
      {12, Event::kJobCycleTimeLimit, ProcessId::kNone, "job_cycle_time_limit"},
      {13, Event::kSiloTerminated, ProcessId::kNone, "silo_terminated"},
  };
  EXPECT_EQ(std::size(cases) + 1, kMessages.size()) << "every row but that of unknown numbers";
  for (const auto& [number, event, process, name] : cases) {
    const Notification decoded = Decode(kernel::Packet{.key = 1, .message = number, .value = kPid});
    EXPECT_EQ(decoded, (Notification{event, process})) << name;
    EXPECT_EQ(EventName(event), name);
  }
}

TEST(Notification, UnknownNumbersAreKeptAsUnknown) {
  for (const std::uint32_t number : {0U, 5U, 14U, 31U, 32U, 255U, 0xFFFFFFFFU})
    EXPECT_EQ(Decode(kernel::Packet{.key = 1, .message = number, .value = kPid}),
              (Notification{Event::kUnknown, ProcessId::kNone, number}));
  EXPECT_EQ(EventName(Event::kUnknown), "unknown");
  EXPECT_EQ(EventName(static_cast<Event>(kEventCount)), "unknown");
}

TEST(Notification, TheTableHasEachEventInItsPlaceAndEachNumberAndNameOnce) {
  std::set<std::uint32_t> numbers;
  std::set<std::string_view> names;
  std::size_t place = 0;
  for (const Message& message : kMessages) {
    EXPECT_TRUE(numbers.insert(message.number).second) << message.number;
    EXPECT_TRUE(names.insert(message.name).second) << message.name;
    EXPECT_EQ(static_cast<std::size_t>(message.event), place++) << message.name;
    EXPECT_LT(message.number, 32U) << "Support::messages has a bit for it";
  }
}

TEST(Notification, AnEventIsReportedWhenItsBitIsSet) {
  for (const Message& message : kMessages) {
    if (message.event == Event::kUnknown) continue;
    EXPECT_TRUE(Reports({.messages = 1U << message.number}, message.event)) << message.name;
    EXPECT_FALSE(Reports({.messages = ~(1U << message.number)}, message.event)) << message.name;
  }
}

}  // namespace
}  // namespace winjob
