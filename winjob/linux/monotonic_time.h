// The clock of the kernel's records.
#pragma once

#include <time.h>

#include <cstdint>

namespace winjob::linux_kernel {

/// CLOCK_MONOTONIC, ns.
[[nodiscard]] inline std::uint64_t MonotonicTime() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace winjob::linux_kernel
