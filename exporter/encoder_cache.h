// The encoder of the jobs that are watched now: made again when a reload has changed which they are.
#pragma once

#include <memory>
#include <mutex>

#include "exporter/encoder.h"

namespace winjob::exporter {

/// Threads: any.
class EncoderCache {
 public:
  /// The encoder for a snapshot's jobs. Allocates only when they are others than at the last call.
  [[nodiscard]] std::shared_ptr<const Encoder> For(const agent::Snapshot& snapshot) {
    const std::lock_guard lock(mutex_);
    if (encoder_ == nullptr || jobs_ != snapshot.descriptions) {
      encoder_ = std::make_shared<const Encoder>(*snapshot.descriptions);
      jobs_ = snapshot.descriptions;
    }
    return encoder_;
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const agent::JobDescriptions> jobs_;
  std::shared_ptr<const Encoder> encoder_;
};

}  // namespace winjob::exporter
