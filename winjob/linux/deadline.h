// The end of a wait that may be interrupted and begun again.
#pragma once

#include <algorithm>
#include <chrono>
#include <climits>

#include "winjob/units.h"

namespace winjob::linux_kernel {

class Deadline {
 public:
  explicit Deadline(Timeout timeout) noexcept
      : endless_(timeout == kForever),
        end_(Clock::now() + (endless_ ? Timeout::zero() : std::clamp(timeout, Timeout::zero(), kLongest))) {}

  /// For poll and epoll_wait: milliseconds, rounded up, -1 for ever.
  [[nodiscard]] int Remaining() const noexcept {
    if (endless_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX));
  }
  [[nodiscard]] bool Passed() const noexcept { return !endless_ && Clock::now() >= end_; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr Timeout kLongest = std::chrono::hours(24 * 365);

  bool endless_;
  Clock::time_point end_;
};

}  // namespace winjob::linux_kernel
