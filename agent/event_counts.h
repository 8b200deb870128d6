// What the watcher thread knows of one job: how often it reported each event, and what waits to be looked at.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "winjob/notification.h"

namespace winjob::agent {

using EventTotals = std::array<std::uint64_t, kEventCount>;

/// The NEW_PROCESS messages that had arrived when the watcher came to a mark in the queue.
struct SettledStarts {
  std::uint64_t mark = 0;  ///< 0: none yet
  std::uint64_t count = 0;
};

/// One counter for each event. Threads: the watcher writes, any number read.
class EventCounts {
 public:
  /// Adds one. Does not allocate.
  void Add(Event event) noexcept;

  /// Copies the totals. Each is right by itself; they are not one moment's picture.
  void Read(EventTotals& totals) const noexcept;

  /// All messages that were posted before this mark are counted now.
  void Settle(std::uint64_t mark) noexcept;
  [[nodiscard]] SettledStarts settled() const noexcept;

  /// Whether a NOTIFICATION_LIMIT has come since the last call: the kernel sends no other until the job is asked.
  [[nodiscard]] bool TakeViolation() noexcept { return violation_.exchange(false); }
  [[nodiscard]] bool violation() const noexcept { return violation_; }

 private:
  std::array<std::atomic<std::uint64_t>, kEventCount> counts_{};
  std::atomic<std::uint64_t> settled_mark_{0}, settled_count_{0};
  std::atomic<bool> violation_{false};
};

}  // namespace winjob::agent
