#include "agent/event_counts.h"

#include <gtest/gtest.h>

namespace winjob::agent {
namespace {

TEST(EventCounts, EachEventHasItsOwnCounter) {
  EventCounts counts;
  for (std::size_t event = 0; event < kEventCount; ++event)
    for (std::size_t n = 0; n <= event; ++n) counts.Add(static_cast<Event>(event));
  EventTotals totals{};
  counts.Read(totals);
  for (std::size_t event = 0; event < kEventCount; ++event) EXPECT_EQ(totals[event], event + 1);
}

TEST(EventCounts, AViolationIsTakenOnce) {
  EventCounts counts;
  EXPECT_FALSE(counts.TakeViolation());
  counts.Add(Event::kJobMemoryLimit);
  EXPECT_FALSE(counts.TakeViolation());
  counts.Add(Event::kNotificationLimit);
  EXPECT_TRUE(counts.TakeViolation());
  EXPECT_FALSE(counts.TakeViolation());
}

TEST(EventCounts, AMarkKeepsTheStartsThatCameBeforeIt) {
  EventCounts counts;
  EXPECT_EQ(counts.settled().mark, 0u);
  counts.Add(Event::kNewProcess);
  counts.Add(Event::kExitProcess);
  counts.Settle(7);
  counts.Add(Event::kNewProcess);
  EXPECT_EQ(counts.settled().mark, 7u);
  EXPECT_EQ(counts.settled().count, 1u);
}

}  // namespace
}  // namespace winjob::agent
