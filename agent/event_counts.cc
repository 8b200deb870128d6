#include "agent/event_counts.h"

namespace winjob::agent {

void EventCounts::Add(std::size_t job, Event event) noexcept {
  counts_[job][static_cast<std::size_t>(event)].fetch_add(1, std::memory_order_relaxed);
}

void EventCounts::Read(std::size_t job, EventTotals& totals) const noexcept {
  for (std::size_t i = 0; i < kEventCount; ++i) totals[i] = counts_[job][i].load(std::memory_order_relaxed);
}

}  // namespace winjob::agent
