// Notification limits: thresholds whose crossing a job reports, without enforcing anything; and their violations.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "winjob/abi.h"
#include "winjob/limits.h"
#include "winjob/units.h"

namespace winjob {

/// For how much of an interval a job may exceed its rate.
enum class Tolerance : std::uint32_t {
  kLow = 1,  ///< 20 %
  kMedium,   ///< 40 %
  kHigh,     ///< 60 %
};

enum class ToleranceInterval : std::uint32_t {
  kShort = 1,  ///< 10 seconds
  kMedium,     ///< 1 minute
  kLong,       ///< 10 minutes
};

struct RateTolerance {
  Tolerance tolerance = Tolerance::kHigh;
  ToleranceInterval interval = ToleranceInterval::kShort;
  friend bool operator==(const RateTolerance&, const RateTolerance&) = default;
};

/// The thresholds of a job; those that are absent are not watched.
/// Source: https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_notification_limit_information_2
struct NotificationLimits {
  std::optional<Bytes> job_memory{};        ///< committed by all processes together: more than this
  std::optional<Bytes> job_memory_low{};    ///< less than this; Windows 10
  std::optional<Bytes> read_bytes{};        ///< total
  std::optional<Bytes> write_bytes{};       ///< total
  std::optional<Ticks> job_user_time{};     ///< from the moment it is set
  std::optional<RateTolerance> cpu_rate{};  ///< needs Limits::cpu to mean anything
  std::optional<RateTolerance> io_rate{};   ///< needs Limits::io; Windows 10
  std::optional<RateTolerance> net_rate{};  ///< needs Limits::network; Windows 10

  friend bool operator==(const NotificationLimits&, const NotificationLimits&) = default;
};

/// A threshold that is exceeded.
template <class Value>
struct Violation {
  Value measured;
  std::optional<Value> limit;  ///< in force at the query; empty when it was dropped since
  friend bool operator==(const Violation&, const Violation&) = default;
};

/// The thresholds that are exceeded. For the rates: the tolerance reached, and the one configured.
/// Source: https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_limit_violation_information_2
struct Violations {
  std::optional<Violation<Bytes>> job_memory{};
  std::optional<Violation<Bytes>> job_memory_low{};
  std::optional<Violation<Bytes>> read_bytes{};
  std::optional<Violation<Bytes>> write_bytes{};
  std::optional<Violation<Ticks>> job_user_time{};
  std::optional<Violation<Tolerance>> cpu_rate{};
  std::optional<Violation<Tolerance>> io_rate{};
  std::optional<Violation<Tolerance>> net_rate{};

  friend bool operator==(const Violations&, const Violations&) = default;
};

/// The members of NotificationLimits and of Violations, in their order.
enum class NotificationKind : std::uint8_t {
  kJobMemory,
  kJobMemoryLow,
  kReadBytes,
  kWriteBytes,
  kJobUserTime,
  kCpuRate,
  kIoRate,
  kNetRate,
};
inline constexpr std::size_t kNotificationLimitCount = 8;

/// One row per member.
struct NotificationLimit {
  NotificationKind kind;
  std::string_view name;  ///< the configuration key, and the value of the label `limit`
  std::uint32_t flag;     ///< its bit in LimitFlags and ViolationLimitFlags
  bool (*holds)(const NotificationLimits& limits);
  bool (*violated)(const Violations& violations);
};

/// The table of notification limits.
extern const std::array<NotificationLimit, kNotificationLimitCount> kNotificationLimits;

using NotificationLimitError = BasicLimitError<NotificationKind>;

/// The error in words, as for LimitError.
[[nodiscard]] std::string Describe(const NotificationLimitError& error);

/// Finds what the kernel would refuse or never report: thresholds of 0, a low one that is not below the high one,
/// tolerances that do not exist.
[[nodiscard]] NotificationLimitError Check(const NotificationLimits& limits);

[[nodiscard]] abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 Encode(const NotificationLimits& limits) noexcept;
[[nodiscard]] NotificationLimits Decode(const abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2& info) noexcept;
[[nodiscard]] Violations Decode(const abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2& info) noexcept;

// The forms of Windows 8 and of Windows 10, into each other. Narrow loses what the older one lacks.
[[nodiscard]] abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION Narrow(
    const abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2& info) noexcept;
[[nodiscard]] abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 Widen(
    const abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION& info) noexcept;
[[nodiscard]] abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 Widen(
    const abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION& info) noexcept;

}  // namespace winjob
