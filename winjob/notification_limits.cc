// The table of notification limits and the rules that they obey.
#include "winjob/notification_limits.h"

#include "winjob/error.h"

namespace winjob {
namespace {

using enum NotificationKind;

template <auto kLimit, auto kViolation>
constexpr NotificationLimit Row(NotificationKind kind, std::string_view name, std::uint32_t flag) {
  return {kind, name, flag, [](const NotificationLimits& limits) { return (limits.*kLimit).has_value(); },
          [](const Violations& violations) { return (violations.*kViolation).has_value(); }};
}

NotificationLimitError Refuse(std::vector<NotificationKind> kinds, std::string_view reason) {
  return {make_error_code(Win32Error::kInvalidParameter), std::move(kinds), reason};
}

bool Exists(const std::optional<RateTolerance>& rate) {
  return !rate || (rate->tolerance >= Tolerance::kLow && rate->tolerance <= Tolerance::kHigh &&
                   rate->interval >= ToleranceInterval::kShort && rate->interval <= ToleranceInterval::kLong);
}

}  // namespace

const std::array<NotificationLimit, kNotificationLimitCount> kNotificationLimits = {{
    Row<&NotificationLimits::job_memory, &Violations::job_memory>(kJobMemory, "job_memory", abi::kLimitJobMemory),
    Row<&NotificationLimits::job_memory_low, &Violations::job_memory_low>(kJobMemoryLow, "job_memory_low",
                                                                          abi::kLimitJobMemoryLow),
    Row<&NotificationLimits::read_bytes, &Violations::read_bytes>(kReadBytes, "read_bytes", abi::kLimitJobReadBytes),
    Row<&NotificationLimits::write_bytes, &Violations::write_bytes>(kWriteBytes, "write_bytes",
                                                                    abi::kLimitJobWriteBytes),
    Row<&NotificationLimits::job_user_time, &Violations::job_user_time>(kJobUserTime, "job_user_time",
                                                                        abi::kLimitJobTime),
    Row<&NotificationLimits::cpu_rate, &Violations::cpu_rate>(kCpuRate, "cpu_rate", abi::kLimitCpuRateControl),
    Row<&NotificationLimits::io_rate, &Violations::io_rate>(kIoRate, "io_rate", abi::kLimitIoRateControl),
    Row<&NotificationLimits::net_rate, &Violations::net_rate>(kNetRate, "net_rate", abi::kLimitNetRateControl),
}};

NotificationLimitError Check(const NotificationLimits& limits) {
  if (limits.job_memory == Bytes(0)) return Refuse({kJobMemory}, "must be more than 0");
  if (limits.job_memory_low == Bytes(0)) return Refuse({kJobMemoryLow}, "must be more than 0");
  if (limits.read_bytes == Bytes(0)) return Refuse({kReadBytes}, "must be more than 0");
  if (limits.write_bytes == Bytes(0)) return Refuse({kWriteBytes}, "must be more than 0");
  if (limits.job_user_time && *limits.job_user_time <= Ticks(0)) return Refuse({kJobUserTime}, "must be more than 0");
  if (limits.job_memory && limits.job_memory_low && *limits.job_memory_low >= *limits.job_memory)
    return Refuse({kJobMemoryLow, kJobMemory}, "the first must be below the second");
  if (!Exists(limits.cpu_rate)) return Refuse({kCpuRate}, "no such tolerance");
  if (!Exists(limits.io_rate)) return Refuse({kIoRate}, "no such tolerance");
  if (!Exists(limits.net_rate)) return Refuse({kNetRate}, "no such tolerance");
  return {};
}

std::string Describe(const NotificationLimitError& error) {
  return DescribeError(error,
                       [](NotificationKind kind) { return kNotificationLimits[static_cast<std::size_t>(kind)].name; });
}

}  // namespace winjob
