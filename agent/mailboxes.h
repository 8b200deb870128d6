// What the watcher thread has for each job, found by the key that the job posts under.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "agent/event_counts.h"
#include "agent/exits.h"
#include "winjob/port.h"

namespace winjob::agent {

/// One job's: written by the watcher, read by the poll.
struct Mailbox {
  EventCounts events;
  Exits exits;
};

/// Threads: any.
class Mailboxes {
 public:
  struct Entry {
    CompletionKey key;
    std::shared_ptr<Mailbox> box;
  };

  /// A box for a job, under a key that was never used before.
  [[nodiscard]] Entry Open();

  /// What comes under this key from now on belongs to no job.
  void Close(CompletionKey key);

  /// Calls `visit(boxes)` with the boxes by key - 1, closed ones empty; nothing is opened or closed meanwhile.
  template <class Visit>
  void ForAll(Visit visit) const {
    const std::lock_guard lock(mutex_);
    visit(std::span<const std::shared_ptr<Mailbox>>(boxes_));
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Mailbox>> boxes_;  // by key - 1
};

}  // namespace winjob::agent
