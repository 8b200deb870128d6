// The thread that blocks on the completion port and turns messages into counts.
#pragma once

#include <atomic>
#include <thread>

#include "agent/event_counts.h"
#include "agent/log.h"
#include "winjob/port.h"

namespace winjob::agent {

/// Job number n posts under key n + 1; key 0 is the program's own.
[[nodiscard]] constexpr CompletionKey KeyOf(std::size_t job) noexcept { return job + 1; }

/// Counts what `port` delivers into `counts` from construction to destruction. Its loop allocates nothing.
class Watcher {
 public:
  Watcher(const Port& port, EventCounts& counts, const Log& log);
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  ~Watcher();

  /// Packets with a key that no job has.
  [[nodiscard]] std::uint64_t strays() const noexcept { return strays_.load(std::memory_order_relaxed); }

 private:
  void Run();

  const Port& port_;
  EventCounts& counts_;
  const Log& log_;
  std::atomic<std::uint64_t> strays_{0};
  std::thread thread_;
};

}  // namespace winjob::agent
