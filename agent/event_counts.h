// How often each job reported each event: written by the watcher alone, read by the poll.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "winjob/notification.h"

namespace winjob::agent {

using EventTotals = std::array<std::uint64_t, kEventCount>;

/// One counter for each job and event. Threads: one adds, any number read.
class EventCounts {
 public:
  explicit EventCounts(std::size_t jobs) : counts_(jobs) {}

  /// Adds one. Does not allocate.
  void Add(std::size_t job, Event event) noexcept;

  /// Copies the totals of one job. Each is right by itself; they are not one moment's picture.
  void Read(std::size_t job, EventTotals& totals) const noexcept;

  [[nodiscard]] std::size_t jobs() const noexcept { return counts_.size(); }

 private:
  std::vector<std::array<std::atomic<std::uint64_t>, kEventCount>> counts_;
};

}  // namespace winjob::agent
