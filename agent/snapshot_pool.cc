#include "agent/snapshot_pool.h"

#include <utility>

namespace winjob::agent {

struct SnapshotPool::Lease::Slot {
  Snapshot snapshot;
  int readers = 0;
};

SnapshotPool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)), slot_(std::exchange(other.slot_, nullptr)) {}

SnapshotPool::Lease::~Lease() {
  if (pool_ != nullptr) pool_->Release(*slot_);
}

const Snapshot& SnapshotPool::Lease::operator*() const noexcept { return slot_->snapshot; }

SnapshotPool::SnapshotPool(Snapshot blank) : blank_(std::move(blank)) {
  slots_.push_back(std::make_unique<Lease::Slot>(Lease::Slot{blank_}));
  latest_ = slots_.front().get();
}

SnapshotPool::~SnapshotPool() = default;

SnapshotPool::Lease SnapshotPool::Latest() noexcept {
  const std::lock_guard lock(mutex_);
  ++latest_->readers;
  return Lease(*this, *latest_);
}

Snapshot& SnapshotPool::Spare() {
  const std::lock_guard lock(mutex_);
  for (const auto& slot : slots_) {
    if (slot->readers > 0 || slot.get() == latest_) continue;
    spare_ = slot.get();
    return spare_->snapshot;
  }
  slots_.push_back(std::make_unique<Lease::Slot>(Lease::Slot{blank_}));
  spare_ = slots_.back().get();
  return spare_->snapshot;
}

void SnapshotPool::Publish() noexcept {
  const std::lock_guard lock(mutex_);
  latest_ = spare_;
}

void SnapshotPool::Release(Lease::Slot& slot) noexcept {
  const std::lock_guard lock(mutex_);
  --slot.readers;
}

}  // namespace winjob::agent
