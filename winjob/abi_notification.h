// The kernel's structures and flags of limits that it only reports, and of their violations. See abi.h.
#pragma once

#include <cstddef>

#include "winjob/abi_class.h"

namespace winjob::abi {

// LimitFlags and ViolationLimitFlags of classes 12, 13, 33 and 34. Job memory and job time have the flags of
// abi_limit.h.
inline constexpr std::uint32_t kLimitJobMemoryLow = 0x008000;
inline constexpr std::uint32_t kLimitJobReadBytes = 0x010000;
inline constexpr std::uint32_t kLimitJobWriteBytes = 0x020000;
inline constexpr std::uint32_t kLimitCpuRateControl = 0x040000;
inline constexpr std::uint32_t kLimitIoRateControl = 0x080000;
inline constexpr std::uint32_t kLimitNetRateControl = 0x100000;
inline constexpr std::uint32_t kNotificationLimitValidFlags = 0x070204;
inline constexpr std::uint32_t kNotificationLimit2ValidFlags = 0x1F8204;

/// Source: https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_notification_limit_information
struct JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION {
  static constexpr InfoClass kClass = InfoClass::kNotificationLimit;
  std::uint64_t IoReadBytesLimit;
  std::uint64_t IoWriteBytesLimit;
  std::int64_t PerJobUserTimeLimit;
  std::uint64_t JobMemoryLimit;
  std::uint32_t RateControlTolerance;
  std::uint32_t RateControlToleranceInterval;
  std::uint32_t LimitFlags;
};
static_assert(sizeof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION) == 48);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION, IoWriteBytesLimit) == 8);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION, PerJobUserTimeLimit) == 16);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION, JobMemoryLimit) == 24);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION, RateControlTolerance) == 32);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION, RateControlToleranceInterval) == 36);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION, LimitFlags) == 40);

/// Source: https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_notification_limit_information_2
struct JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 {
  static constexpr InfoClass kClass = InfoClass::kNotificationLimit2;
  std::uint64_t IoReadBytesLimit;
  std::uint64_t IoWriteBytesLimit;
  std::int64_t PerJobUserTimeLimit;
  std::uint64_t JobHighMemoryLimit;
  std::uint32_t CpuRateControlTolerance;
  std::uint32_t CpuRateControlToleranceInterval;
  std::uint32_t LimitFlags;
  std::uint32_t IoRateControlTolerance;
  std::uint64_t JobLowMemoryLimit;
  std::uint32_t IoRateControlToleranceInterval;
  std::uint32_t NetRateControlTolerance;
  std::uint32_t NetRateControlToleranceInterval;
};
static_assert(sizeof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2) == 72);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2, IoWriteBytesLimit) == 8);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2, PerJobUserTimeLimit) == 16);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2, JobHighMemoryLimit) == 24);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2, CpuRateControlTolerance) == 32);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2, CpuRateControlToleranceInterval) == 36);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2, LimitFlags) == 40);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2, IoRateControlTolerance) == 44);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2, JobLowMemoryLimit) == 48);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2, IoRateControlToleranceInterval) == 56);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2, NetRateControlTolerance) == 60);
static_assert(offsetof(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2, NetRateControlToleranceInterval) == 64);

/// Source: https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_limit_violation_information
struct JOBOBJECT_LIMIT_VIOLATION_INFORMATION {
  static constexpr InfoClass kClass = InfoClass::kLimitViolation;
  std::uint32_t LimitFlags;
  std::uint32_t ViolationLimitFlags;
  std::uint64_t IoReadBytes;
  std::uint64_t IoReadBytesLimit;
  std::uint64_t IoWriteBytes;
  std::uint64_t IoWriteBytesLimit;
  std::int64_t PerJobUserTime;
  std::int64_t PerJobUserTimeLimit;
  std::uint64_t JobMemory;
  std::uint64_t JobMemoryLimit;
  std::uint32_t RateControlTolerance;
  std::uint32_t RateControlToleranceLimit;
};
static_assert(sizeof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION) == 80);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, ViolationLimitFlags) == 4);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, IoReadBytes) == 8);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, IoReadBytesLimit) == 16);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, IoWriteBytes) == 24);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, IoWriteBytesLimit) == 32);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, PerJobUserTime) == 40);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, PerJobUserTimeLimit) == 48);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, JobMemory) == 56);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, JobMemoryLimit) == 64);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, RateControlTolerance) == 72);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, RateControlToleranceLimit) == 76);

/// Source: https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_limit_violation_information_2
struct JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 {
  static constexpr InfoClass kClass = InfoClass::kLimitViolation2;
  std::uint32_t LimitFlags;
  std::uint32_t ViolationLimitFlags;
  std::uint64_t IoReadBytes;
  std::uint64_t IoReadBytesLimit;
  std::uint64_t IoWriteBytes;
  std::uint64_t IoWriteBytesLimit;
  std::int64_t PerJobUserTime;
  std::int64_t PerJobUserTimeLimit;
  std::uint64_t JobMemory;
  std::uint64_t JobHighMemoryLimit;
  std::uint32_t CpuRateControlTolerance;
  std::uint32_t CpuRateControlToleranceLimit;
  std::uint64_t JobLowMemoryLimit;
  std::uint32_t IoRateControlTolerance;
  std::uint32_t IoRateControlToleranceLimit;
  std::uint32_t NetRateControlTolerance;
  std::uint32_t NetRateControlToleranceLimit;
};
static_assert(sizeof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2) == 104);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, ViolationLimitFlags) == 4);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, IoReadBytes) == 8);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, IoReadBytesLimit) == 16);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, IoWriteBytes) == 24);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, IoWriteBytesLimit) == 32);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, PerJobUserTime) == 40);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, PerJobUserTimeLimit) == 48);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, JobMemory) == 56);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, JobHighMemoryLimit) == 64);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, CpuRateControlTolerance) == 72);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, CpuRateControlToleranceLimit) == 76);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, JobLowMemoryLimit) == 80);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, IoRateControlTolerance) == 88);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, IoRateControlToleranceLimit) == 92);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, NetRateControlTolerance) == 96);
static_assert(offsetof(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, NetRateControlToleranceLimit) == 100);

}  // namespace winjob::abi
