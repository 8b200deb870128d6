// The kernel's structures and flags of limits that it enforces, but for the rates (abi_rate.h). See abi.h.
#pragma once

#include <cstddef>

#include "winjob/abi_accounting.h"

namespace winjob::abi {

// LimitFlags of classes 2 and 9.
// Source: https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
inline constexpr std::uint32_t kLimitWorkingSet = 0x0001;
inline constexpr std::uint32_t kLimitProcessTime = 0x0002;
inline constexpr std::uint32_t kLimitJobTime = 0x0004;
inline constexpr std::uint32_t kLimitActiveProcess = 0x0008;
inline constexpr std::uint32_t kLimitAffinity = 0x0010;
inline constexpr std::uint32_t kLimitPriorityClass = 0x0020;
inline constexpr std::uint32_t kLimitPreserveJobTime = 0x0040;
inline constexpr std::uint32_t kLimitSchedulingClass = 0x0080;
inline constexpr std::uint32_t kBasicLimitValidFlags = 0x00FF;

// LimitFlags of class 9 alone.
inline constexpr std::uint32_t kLimitProcessMemory = 0x0100;
inline constexpr std::uint32_t kLimitJobMemory = 0x0200;
inline constexpr std::uint32_t kLimitDieOnUnhandledException = 0x0400;
inline constexpr std::uint32_t kLimitBreakawayOk = 0x0800;
inline constexpr std::uint32_t kLimitSilentBreakawayOk = 0x1000;
inline constexpr std::uint32_t kLimitKillOnJobClose = 0x2000;
inline constexpr std::uint32_t kLimitSubsetAffinity = 0x4000;
inline constexpr std::uint32_t kExtendedLimitValidFlags = 0x7FFF;

// UIRestrictionsClass of class 4. The last two are Windows 11's.
inline constexpr std::uint32_t kUiHandles = 0x0001;
inline constexpr std::uint32_t kUiReadClipboard = 0x0002;
inline constexpr std::uint32_t kUiWriteClipboard = 0x0004;
inline constexpr std::uint32_t kUiSystemParameters = 0x0008;
inline constexpr std::uint32_t kUiDisplaySettings = 0x0010;
inline constexpr std::uint32_t kUiGlobalAtoms = 0x0020;
inline constexpr std::uint32_t kUiDesktop = 0x0040;
inline constexpr std::uint32_t kUiExitWindows = 0x0080;
inline constexpr std::uint32_t kUiIme = 0x0100;
inline constexpr std::uint32_t kUiInjection = 0x0200;

// EndOfJobTimeAction of class 6.
inline constexpr std::uint32_t kTerminateAtEndOfJob = 0;
inline constexpr std::uint32_t kPostAtEndOfJob = 1;

struct JOBOBJECT_BASIC_LIMIT_INFORMATION {
  static constexpr InfoClass kClass = InfoClass::kBasicLimit;
  std::int64_t PerProcessUserTimeLimit;
  std::int64_t PerJobUserTimeLimit;
  std::uint32_t LimitFlags;
  std::uint64_t MinimumWorkingSetSize;
  std::uint64_t MaximumWorkingSetSize;
  std::uint32_t ActiveProcessLimit;
  std::uint64_t Affinity;
  std::uint32_t PriorityClass;
  std::uint32_t SchedulingClass;
};
static_assert(sizeof(JOBOBJECT_BASIC_LIMIT_INFORMATION) == 64);
static_assert(offsetof(JOBOBJECT_BASIC_LIMIT_INFORMATION, PerJobUserTimeLimit) == 8);
static_assert(offsetof(JOBOBJECT_BASIC_LIMIT_INFORMATION, LimitFlags) == 16);
static_assert(offsetof(JOBOBJECT_BASIC_LIMIT_INFORMATION, MinimumWorkingSetSize) == 24);
static_assert(offsetof(JOBOBJECT_BASIC_LIMIT_INFORMATION, MaximumWorkingSetSize) == 32);
static_assert(offsetof(JOBOBJECT_BASIC_LIMIT_INFORMATION, ActiveProcessLimit) == 40);
static_assert(offsetof(JOBOBJECT_BASIC_LIMIT_INFORMATION, Affinity) == 48);
static_assert(offsetof(JOBOBJECT_BASIC_LIMIT_INFORMATION, PriorityClass) == 56);
static_assert(offsetof(JOBOBJECT_BASIC_LIMIT_INFORMATION, SchedulingClass) == 60);

struct JOBOBJECT_EXTENDED_LIMIT_INFORMATION {
  static constexpr InfoClass kClass = InfoClass::kExtendedLimit;
  JOBOBJECT_BASIC_LIMIT_INFORMATION BasicLimitInformation;
  IO_COUNTERS IoInfo;
  std::uint64_t ProcessMemoryLimit;
  std::uint64_t JobMemoryLimit;
  std::uint64_t PeakProcessMemoryUsed;
  std::uint64_t PeakJobMemoryUsed;
};
static_assert(sizeof(JOBOBJECT_EXTENDED_LIMIT_INFORMATION) == 144);
static_assert(offsetof(JOBOBJECT_EXTENDED_LIMIT_INFORMATION, IoInfo) == 64);
static_assert(offsetof(JOBOBJECT_EXTENDED_LIMIT_INFORMATION, ProcessMemoryLimit) == 112);
static_assert(offsetof(JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobMemoryLimit) == 120);
static_assert(offsetof(JOBOBJECT_EXTENDED_LIMIT_INFORMATION, PeakProcessMemoryUsed) == 128);
static_assert(offsetof(JOBOBJECT_EXTENDED_LIMIT_INFORMATION, PeakJobMemoryUsed) == 136);

struct JOBOBJECT_BASIC_UI_RESTRICTIONS {
  static constexpr InfoClass kClass = InfoClass::kBasicUiRestrictions;
  std::uint32_t UIRestrictionsClass;
};
static_assert(sizeof(JOBOBJECT_BASIC_UI_RESTRICTIONS) == 4);

struct JOBOBJECT_END_OF_JOB_TIME_INFORMATION {
  static constexpr InfoClass kClass = InfoClass::kEndOfJobTime;
  std::uint32_t EndOfJobTimeAction;
};
static_assert(sizeof(JOBOBJECT_END_OF_JOB_TIME_INFORMATION) == 4);

/// One entry of class 14, which is an array of them. (Class 11 is an array of bare 16-bit group numbers.)
struct GROUP_AFFINITY {
  std::uint64_t Mask;
  std::uint16_t Group;
  std::uint16_t Reserved[3];
};
static_assert(sizeof(GROUP_AFFINITY) == 16);
static_assert(offsetof(GROUP_AFFINITY, Group) == 8);
static_assert(offsetof(GROUP_AFFINITY, Reserved) == 10);

}  // namespace winjob::abi
