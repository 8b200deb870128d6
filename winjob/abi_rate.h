// The kernel's structures and flags of rates: processor, network and disk. See abi.h.
#pragma once

#include <cstddef>

#include "winjob/abi_class.h"

namespace winjob::abi {

// ControlFlags of class 15.
inline constexpr std::uint32_t kCpuRateEnable = 0x01;
inline constexpr std::uint32_t kCpuRateWeightBased = 0x02;
inline constexpr std::uint32_t kCpuRateHardCap = 0x04;
inline constexpr std::uint32_t kCpuRateNotify = 0x08;
inline constexpr std::uint32_t kCpuRateMinMax = 0x10;
inline constexpr std::uint32_t kCpuRateValidFlags = 0x1F;

// ControlFlags of class 32.
inline constexpr std::uint32_t kNetRateEnable = 0x1;
inline constexpr std::uint32_t kNetRateMaxBandwidth = 0x2;
inline constexpr std::uint32_t kNetRateDscpTag = 0x4;
inline constexpr std::uint32_t kNetRateValidFlags = 0x7;

// ControlFlags of the I/O rate.
inline constexpr std::uint32_t kIoRateEnable = 0x1;

/// The third form of a CPU rate. In Microsoft's header its fields stand in the union without a name around them, which
/// standard C++ does not have.
struct CPU_RATE_RANGE {
  std::uint16_t MinRate;
  std::uint16_t MaxRate;
};
static_assert(sizeof(CPU_RATE_RANGE) == 4);
static_assert(offsetof(CPU_RATE_RANGE, MaxRate) == 2);

/// Source: https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_cpu_rate_control_information
struct JOBOBJECT_CPU_RATE_CONTROL_INFORMATION {
  static constexpr InfoClass kClass = InfoClass::kCpuRateControl;
  std::uint32_t ControlFlags;
  union {
    std::uint32_t CpuRate;
    std::uint32_t Weight;
    CPU_RATE_RANGE Range;
  };
};
static_assert(sizeof(JOBOBJECT_CPU_RATE_CONTROL_INFORMATION) == 8);
static_assert(offsetof(JOBOBJECT_CPU_RATE_CONTROL_INFORMATION, CpuRate) == 4);
static_assert(offsetof(JOBOBJECT_CPU_RATE_CONTROL_INFORMATION, Weight) == 4);
static_assert(offsetof(JOBOBJECT_CPU_RATE_CONTROL_INFORMATION, Range) == 4);

/// Source: https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_net_rate_control_information
struct JOBOBJECT_NET_RATE_CONTROL_INFORMATION {
  static constexpr InfoClass kClass = InfoClass::kNetRateControl;
  std::uint64_t MaxBandwidth;
  std::uint32_t ControlFlags;
  std::uint8_t DscpTag;
};
static_assert(sizeof(JOBOBJECT_NET_RATE_CONTROL_INFORMATION) == 16);
static_assert(offsetof(JOBOBJECT_NET_RATE_CONTROL_INFORMATION, ControlFlags) == 8);
static_assert(offsetof(JOBOBJECT_NET_RATE_CONTROL_INFORMATION, DscpTag) == 12);

/// What SetIoRateControlInformationJobObject takes; it has no information class.
/// Source: https://learn.microsoft.com/windows/win32/api/jobapi2/ns-jobapi2-jobobject_io_rate_control_information
struct JOBOBJECT_IO_RATE_CONTROL_INFORMATION {
  std::int64_t MaxIops;
  std::int64_t MaxBandwidth;
  std::int64_t ReservationIops;
  const void* VolumeName;  // UTF-16, ended by a zero
  std::uint32_t BaseIoSize;
  std::uint32_t ControlFlags;
};
static_assert(sizeof(JOBOBJECT_IO_RATE_CONTROL_INFORMATION) == 40);
static_assert(offsetof(JOBOBJECT_IO_RATE_CONTROL_INFORMATION, MaxBandwidth) == 8);
static_assert(offsetof(JOBOBJECT_IO_RATE_CONTROL_INFORMATION, ReservationIops) == 16);
static_assert(offsetof(JOBOBJECT_IO_RATE_CONTROL_INFORMATION, VolumeName) == 24);
static_assert(offsetof(JOBOBJECT_IO_RATE_CONTROL_INFORMATION, BaseIoSize) == 32);
static_assert(offsetof(JOBOBJECT_IO_RATE_CONTROL_INFORMATION, ControlFlags) == 36);

}  // namespace winjob::abi
