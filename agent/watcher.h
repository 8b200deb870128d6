// The thread that blocks on the completion port and turns messages into counts.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "agent/log.h"
#include "agent/mailboxes.h"
#include "winjob/port.h"

namespace winjob::agent {

/// Counts what `port` delivers into the boxes from construction to destruction. Its loop allocates nothing.
class Watcher {
 public:
  /// `attention` is called when a job must be asked soon, because a notification limit was crossed.
  Watcher(const Port& port, const Mailboxes& boxes, std::function<void()> attention, const Log& log);
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  ~Watcher();

  /// Puts a mark into the queue: when the watcher comes to it, all that was posted before is counted. `mark` is not 0.
  void Mark(std::uint64_t mark);

  /// Packets with a key that no job has: of jobs that were closed since, or not from a job at all.
  [[nodiscard]] std::uint64_t strays() const noexcept { return strays_.load(std::memory_order_relaxed); }

  /// Whether the port still delivers.
  [[nodiscard]] bool alive() const noexcept { return alive_; }

 private:
  void Run();
  void Deliver(std::span<const kernel::Packet> packets, std::span<const std::shared_ptr<Mailbox>> boxes);

  const Port& port_;
  const Mailboxes& boxes_;
  const std::function<void()> attention_;
  const Log& log_;
  std::atomic<std::uint64_t> strays_{0};
  std::atomic<bool> alive_{true};
  bool stop_ = false;  // of the thread alone
  std::thread thread_;
};

}  // namespace winjob::agent
