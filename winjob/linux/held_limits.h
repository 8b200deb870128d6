// All limits of one job, as they were set. The kernel keeps them in no form that could be read back as set, or not at
// all, so they are kept with the group.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <system_error>

#include "winjob/abi.h"

namespace winjob::linux_kernel {

/// A limit on one disk.
struct HeldIoRate {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint64_t iops = 0;       ///< 0: none
  std::uint64_t bandwidth = 0;  ///< bytes per second, 0: none
  char volume[104] = {};        ///< as it was set; empty: this entry is free
};

/// Processors above 64 stand in groups of 64, as on Windows.
inline constexpr std::size_t kProcessorGroups = 16;
inline constexpr std::size_t kMaxIoRates = 8;

/// In place of an amount of time: "what is used now", which only the job knows.
inline constexpr std::uint64_t kFromNow = ~std::uint64_t{0};

/// Plain bytes: stored as they are.
struct HeldLimits {
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION extended{};
  abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION cpu{};
  std::uint32_t end_of_job_time = abi::kTerminateAtEndOfJob;
  std::uint32_t out_of_time = 0;  ///< its processes were ended for it: none may join
  std::array<std::uint64_t, kProcessorGroups> groups{};
  std::array<HeldIoRate, kMaxIoRates> io{};
  std::uint64_t period_user = 0;    ///< microseconds that were used when the period began
  std::uint64_t period_kernel = 0;  ///< the same
  abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 thresholds{};
  std::uint64_t thresholds_user = 0;  ///< microseconds of user time when the thresholds were set
  std::uint32_t exceeded = 0;         ///< thresholds that were exceeded when they were looked at last
  std::uint32_t reported = 0;         ///< whether that was told, and nobody has asked since
  std::uint32_t port_owner = 0;       ///< the program that tied the job to a port, 0: none

  [[nodiscard]] bool Has(std::uint32_t flag) const noexcept {
    return (extended.BasicLimitInformation.LimitFlags & flag) != 0;
  }
};

/// Allocates nothing. Nothing is set where no mark is, or one of another version of this program.
[[nodiscard]] HeldLimits ReadHeldLimits(int directory) noexcept;
/// The answer is 0 or errno.
[[nodiscard]] int WriteHeldLimits(int directory, const HeldLimits& limits) noexcept;

}  // namespace winjob::linux_kernel
