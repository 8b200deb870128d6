// The edits of the limit classes.
#include "winjob/linux/limit_edits.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "winjob/error.h"

namespace winjob::linux_kernel {
namespace {

using Basic = abi::JOBOBJECT_BASIC_LIMIT_INFORMATION;

/// Replaces the basic limits, and switches those off that only the extended class has. A set that carries JOB_TIME
/// begins a new period, one with PRESERVE_JOB_TIME keeps the one that runs. Source:
/// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
void Replace(HeldLimits& limits, const Basic& basic) {
  Basic& held = limits.extended.BasicLimitInformation;
  const Basic before = held;
  held = basic;
  held.LimitFlags = basic.LimitFlags & ~abi::kLimitPreserveJobTime;
  if ((basic.LimitFlags & abi::kLimitPreserveJobTime) != 0) {
    held.LimitFlags |= before.LimitFlags & abi::kLimitJobTime;
    held.PerJobUserTimeLimit = before.PerJobUserTimeLimit;
    return;
  }
  limits.out_of_time = 0;
  if (limits.Has(abi::kLimitJobTime)) limits.period_user = limits.period_kernel = kFromNow;
}

/// As Windows keeps limits on memory, and the controllers of Linux, too.
std::uint64_t WholePages(std::uint64_t bytes) noexcept { return bytes & ~std::uint64_t{4095}; }

bool AreFlags(std::uint32_t flags, std::uint32_t valid) noexcept {
  constexpr std::uint32_t kBothTimes = abi::kLimitJobTime | abi::kLimitPreserveJobTime;
  return (flags & ~valid) == 0 && (flags & kBothTimes) != kBothTimes;
}

}  // namespace

std::error_code WriteExtendedLimit(Job& job, const abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& limit) noexcept {
  if (!AreFlags(limit.BasicLimitInformation.LimitFlags, abi::kExtendedLimitValidFlags))
    return Win32Error::kInvalidParameter;
  return job.ChangeLimits([&](HeldLimits& limits) -> std::error_code {
    const Basic before = limits.extended.BasicLimitInformation;
    limits.extended = limit;
    limits.extended.JobMemoryLimit = WholePages(limit.JobMemoryLimit);
    limits.extended.ProcessMemoryLimit = WholePages(limit.ProcessMemoryLimit);
    limits.extended.BasicLimitInformation = before;
    Replace(limits, limit.BasicLimitInformation);
    return {};
  });
}

std::error_code WriteBasicLimit(Job& job, const Basic& limit) noexcept {
  if (!AreFlags(limit.LimitFlags, abi::kBasicLimitValidFlags)) return Win32Error::kInvalidParameter;
  return job.ChangeLimits([&](HeldLimits& limits) -> std::error_code {
    Replace(limits, limit);
    return {};
  });
}

std::error_code WriteCpuRate(Job& job, const abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION& rate) noexcept {
  return job.ChangeLimits([&](HeldLimits& limits) -> std::error_code {
    const bool enable = (rate.ControlFlags & abi::kCpuRateEnable) != 0;
    if ((rate.ControlFlags & ~abi::kCpuRateValidFlags) != 0 || (!enable && limits.cpu.ControlFlags == 0))
      return Win32Error::kInvalidParameter;  // Windows refuses to switch off what is not on
    limits.cpu = enable ? rate : abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION{};
    return {};
  });
}

std::error_code WriteEndOfJobTime(Job& job, const abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION& end) noexcept {
  if (end.EndOfJobTimeAction > abi::kPostAtEndOfJob) return Win32Error::kInvalidParameter;
  return job.ChangeLimits([&](HeldLimits& limits) -> std::error_code {
    limits.end_of_job_time = end.EndOfJobTimeAction;
    return {};
  });
}

std::error_code WriteGroups(Job& job, const void* in, std::uint32_t size) noexcept {
  if (size % sizeof(abi::GROUP_AFFINITY) != 0 || (in == nullptr && size != 0)) return Win32Error::kBadLength;
  std::array<std::uint64_t, kProcessorGroups> groups{};
  for (std::uint32_t at = 0; at < size; at += sizeof(abi::GROUP_AFFINITY)) {
    abi::GROUP_AFFINITY entry{};
    std::memcpy(&entry, static_cast<const std::byte*>(in) + at, sizeof(entry));
    const bool reserved = std::ranges::any_of(entry.Reserved, [](std::uint16_t word) { return word != 0; });
    if (reserved || entry.Group >= groups.size() || entry.Mask == 0 || groups[entry.Group] != 0)
      return Win32Error::kInvalidParameter;
    groups[entry.Group] = entry.Mask;
  }
  return job.ChangeLimits([&](HeldLimits& limits) -> std::error_code {
    limits.groups = groups;
    return {};
  });
}

std::error_code WriteThresholds(Job& job, const abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2& thresholds) noexcept {
  if ((thresholds.LimitFlags & ~abi::kNotificationLimit2ValidFlags) != 0) return Win32Error::kInvalidParameter;
  return job.ChangeLimits([&](HeldLimits& limits) -> std::error_code {
    limits.thresholds = thresholds;
    limits.thresholds_user = kFromNow;
    limits.exceeded = limits.reported = 0;
    return {};
  });
}

}  // namespace winjob::linux_kernel
