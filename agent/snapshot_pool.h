// Snapshots that are filled by one thread and read by many, reused so that a steady state allocates nothing.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "agent/snapshot.h"

namespace winjob::agent {

class SnapshotPool {
 public:
  /// The right to read one snapshot, which does not change meanwhile.
  class Lease {
   public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    [[nodiscard]] const Snapshot& operator*() const noexcept;
    [[nodiscard]] const Snapshot* operator->() const noexcept { return &**this; }

   private:
    friend class SnapshotPool;
    struct Slot;
    Lease(SnapshotPool& pool, Slot& slot) noexcept : pool_(&pool), slot_(&slot) {}
    SnapshotPool* pool_;
    Slot* slot_;
  };

  /// `blank` is what a new snapshot looks like; it is published first.
  explicit SnapshotPool(Snapshot blank);
  ~SnapshotPool();

  /// The latest published snapshot. Threads: any. Cost: a lock for the time of an increment.
  [[nodiscard]] Lease Latest() noexcept;

  /// A snapshot that nobody reads, to be filled. Threads: one writer. Allocates only while more readers than ever
  /// before hold older snapshots.
  [[nodiscard]] Snapshot& Spare();

  /// Makes the one from Spare() the latest. Threads: the same writer.
  void Publish() noexcept;

 private:
  void Release(Lease::Slot& slot) noexcept;

  Snapshot blank_;
  std::mutex mutex_;  // guards latest_ and the slots' reader counts; never held while a snapshot is read or filled
  std::vector<std::unique_ptr<Lease::Slot>> slots_;
  Lease::Slot* latest_;
  Lease::Slot* spare_ = nullptr;
};

}  // namespace winjob::agent
