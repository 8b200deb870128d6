#include "agent/event_counts.h"

#include <gtest/gtest.h>

namespace winjob::agent {
namespace {

TEST(EventCounts, EachJobAndEventHasItsOwnCounter) {
  EventCounts counts(2);
  for (std::size_t event = 0; event < kEventCount; ++event)
    for (std::size_t n = 0; n <= event; ++n) counts.Add(1, static_cast<Event>(event));

  EventTotals first{}, second{};
  counts.Read(0, first);
  counts.Read(1, second);
  EXPECT_EQ(first, EventTotals{});
  for (std::size_t event = 0; event < kEventCount; ++event) EXPECT_EQ(second[event], event + 1);
}

}  // namespace
}  // namespace winjob::agent
