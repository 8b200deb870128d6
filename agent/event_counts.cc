#include "agent/event_counts.h"

namespace winjob::agent {

void EventCounts::Add(Event event) noexcept {
  counts_[static_cast<std::size_t>(event)].fetch_add(1, std::memory_order_relaxed);
  if (event == Event::kNotificationLimit) violation_ = true;
}

void EventCounts::Read(EventTotals& totals) const noexcept {
  for (std::size_t i = 0; i < kEventCount; ++i) totals[i] = counts_[i].load(std::memory_order_relaxed);
}

void EventCounts::Settle(std::uint64_t mark) noexcept {
  settled_mark_ = 0;  // readers in between see that there is nothing yet
  settled_count_ = counts_[static_cast<std::size_t>(Event::kNewProcess)].load(std::memory_order_relaxed);
  settled_mark_ = mark;
}

SettledStarts EventCounts::settled() const noexcept {
  const std::uint64_t mark = settled_mark_;
  const std::uint64_t count = settled_count_;
  return settled_mark_ == mark ? SettledStarts{mark, count} : SettledStarts{};
}

}  // namespace winjob::agent
