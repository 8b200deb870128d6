// Notification limits and violations to and from the kernel's structures.
#include "winjob/notification_limits.h"

namespace winjob {
namespace {

std::optional<RateTolerance> Rate(bool on, std::uint32_t tolerance, std::uint32_t interval) noexcept {
  if (!on) return std::nullopt;
  // The kernel takes zeros for the defaults.
  return RateTolerance{tolerance == 0 ? Tolerance::kHigh : static_cast<Tolerance>(tolerance),
                       interval == 0 ? ToleranceInterval::kShort : static_cast<ToleranceInterval>(interval)};
}

}  // namespace

abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 Encode(const NotificationLimits& limits) noexcept {
  abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 info{};
  for (const NotificationLimit& limit : kNotificationLimits)
    if (limit.holds(limits)) info.LimitFlags |= limit.flag;

  if (limits.job_memory) info.JobHighMemoryLimit = limits.job_memory->count();
  if (limits.job_memory_low) info.JobLowMemoryLimit = limits.job_memory_low->count();
  if (limits.read_bytes) info.IoReadBytesLimit = limits.read_bytes->count();
  if (limits.write_bytes) info.IoWriteBytesLimit = limits.write_bytes->count();
  if (limits.job_user_time) info.PerJobUserTimeLimit = limits.job_user_time->count();
  if (limits.cpu_rate) {
    info.CpuRateControlTolerance = static_cast<std::uint32_t>(limits.cpu_rate->tolerance);
    info.CpuRateControlToleranceInterval = static_cast<std::uint32_t>(limits.cpu_rate->interval);
  }
  if (limits.io_rate) {
    info.IoRateControlTolerance = static_cast<std::uint32_t>(limits.io_rate->tolerance);
    info.IoRateControlToleranceInterval = static_cast<std::uint32_t>(limits.io_rate->interval);
  }
  if (limits.net_rate) {
    info.NetRateControlTolerance = static_cast<std::uint32_t>(limits.net_rate->tolerance);
    info.NetRateControlToleranceInterval = static_cast<std::uint32_t>(limits.net_rate->interval);
  }
  return info;
}

NotificationLimits Decode(const abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2& info) noexcept {
  const auto has = [&info](std::uint32_t flag) { return (info.LimitFlags & flag) != 0; };
  NotificationLimits limits;
  if (has(abi::kLimitJobMemory)) limits.job_memory = Bytes(info.JobHighMemoryLimit);
  if (has(abi::kLimitJobMemoryLow)) limits.job_memory_low = Bytes(info.JobLowMemoryLimit);
  if (has(abi::kLimitJobReadBytes)) limits.read_bytes = Bytes(info.IoReadBytesLimit);
  if (has(abi::kLimitJobWriteBytes)) limits.write_bytes = Bytes(info.IoWriteBytesLimit);
  if (has(abi::kLimitJobTime)) limits.job_user_time = Ticks(info.PerJobUserTimeLimit);
  limits.cpu_rate =
      Rate(has(abi::kLimitCpuRateControl), info.CpuRateControlTolerance, info.CpuRateControlToleranceInterval);
  limits.io_rate =
      Rate(has(abi::kLimitIoRateControl), info.IoRateControlTolerance, info.IoRateControlToleranceInterval);
  limits.net_rate =
      Rate(has(abi::kLimitNetRateControl), info.NetRateControlTolerance, info.NetRateControlToleranceInterval);
  return limits;
}

Violations Decode(const abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2& info) noexcept {
  // A measured value is valid where the violation's bit is set, a limit where the limit's own is.
  const auto violation = [&info](std::uint32_t flag, auto measured, auto limit) {
    using Value = decltype(measured);
    std::optional<Violation<Value>> found;
    if (info.ViolationLimitFlags & flag) found = {measured, std::nullopt};
    if (found && (info.LimitFlags & flag)) found->limit = limit;
    return found;
  };
  return {
      .job_memory = violation(abi::kLimitJobMemory, Bytes(info.JobMemory), Bytes(info.JobHighMemoryLimit)),
      .job_memory_low = violation(abi::kLimitJobMemoryLow, Bytes(info.JobMemory), Bytes(info.JobLowMemoryLimit)),
      .read_bytes = violation(abi::kLimitJobReadBytes, Bytes(info.IoReadBytes), Bytes(info.IoReadBytesLimit)),
      .write_bytes = violation(abi::kLimitJobWriteBytes, Bytes(info.IoWriteBytes), Bytes(info.IoWriteBytesLimit)),
      .job_user_time = violation(abi::kLimitJobTime, Ticks(info.PerJobUserTime), Ticks(info.PerJobUserTimeLimit)),
      .cpu_rate = violation(abi::kLimitCpuRateControl, Tolerance{info.CpuRateControlTolerance},
                            Tolerance{info.CpuRateControlToleranceLimit}),
      .io_rate = violation(abi::kLimitIoRateControl, Tolerance{info.IoRateControlTolerance},
                           Tolerance{info.IoRateControlToleranceLimit}),
      .net_rate = violation(abi::kLimitNetRateControl, Tolerance{info.NetRateControlTolerance},
                            Tolerance{info.NetRateControlToleranceLimit}),
  };
}

abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION Narrow(
    const abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2& info) noexcept {
  return {.IoReadBytesLimit = info.IoReadBytesLimit,
          .IoWriteBytesLimit = info.IoWriteBytesLimit,
          .PerJobUserTimeLimit = info.PerJobUserTimeLimit,
          .JobMemoryLimit = info.JobHighMemoryLimit,
          .RateControlTolerance = info.CpuRateControlTolerance,
          .RateControlToleranceInterval = info.CpuRateControlToleranceInterval,
          .LimitFlags = info.LimitFlags & abi::kNotificationLimitValidFlags};
}

abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 Widen(
    const abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION& info) noexcept {
  abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 wide{};
  wide.IoReadBytesLimit = info.IoReadBytesLimit;
  wide.IoWriteBytesLimit = info.IoWriteBytesLimit;
  wide.PerJobUserTimeLimit = info.PerJobUserTimeLimit;
  wide.JobHighMemoryLimit = info.JobMemoryLimit;
  wide.CpuRateControlTolerance = info.RateControlTolerance;
  wide.CpuRateControlToleranceInterval = info.RateControlToleranceInterval;
  wide.LimitFlags = info.LimitFlags;
  return wide;
}

abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 Widen(const abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION& info) noexcept {
  abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 wide{};
  wide.LimitFlags = info.LimitFlags;
  wide.ViolationLimitFlags = info.ViolationLimitFlags;
  wide.IoReadBytes = info.IoReadBytes;
  wide.IoReadBytesLimit = info.IoReadBytesLimit;
  wide.IoWriteBytes = info.IoWriteBytes;
  wide.IoWriteBytesLimit = info.IoWriteBytesLimit;
  wide.PerJobUserTime = info.PerJobUserTime;
  wide.PerJobUserTimeLimit = info.PerJobUserTimeLimit;
  wide.JobMemory = info.JobMemory;
  wide.JobHighMemoryLimit = info.JobMemoryLimit;
  wide.CpuRateControlTolerance = info.RateControlTolerance;
  wide.CpuRateControlToleranceLimit = info.RateControlToleranceLimit;
  return wide;
}

}  // namespace winjob
