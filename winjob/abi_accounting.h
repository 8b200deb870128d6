// The kernel's structures of accounting: what a job's processes have used. See abi.h.
#pragma once

#include <cstddef>

#include "winjob/abi_class.h"

namespace winjob::abi {

struct JOBOBJECT_BASIC_ACCOUNTING_INFORMATION {
  static constexpr InfoClass kClass = InfoClass::kBasicAccounting;
  std::int64_t TotalUserTime;
  std::int64_t TotalKernelTime;
  std::int64_t ThisPeriodTotalUserTime;
  std::int64_t ThisPeriodTotalKernelTime;
  std::uint32_t TotalPageFaultCount;
  std::uint32_t TotalProcesses;
  std::uint32_t ActiveProcesses;
  std::uint32_t TotalTerminatedProcesses;
};
static_assert(sizeof(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION) == 48);
static_assert(offsetof(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, TotalKernelTime) == 8);
static_assert(offsetof(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, ThisPeriodTotalUserTime) == 16);
static_assert(offsetof(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, ThisPeriodTotalKernelTime) == 24);
static_assert(offsetof(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, TotalPageFaultCount) == 32);
static_assert(offsetof(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, TotalProcesses) == 36);
static_assert(offsetof(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, ActiveProcesses) == 40);
static_assert(offsetof(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, TotalTerminatedProcesses) == 44);

struct IO_COUNTERS {
  std::uint64_t ReadOperationCount;
  std::uint64_t WriteOperationCount;
  std::uint64_t OtherOperationCount;
  std::uint64_t ReadTransferCount;
  std::uint64_t WriteTransferCount;
  std::uint64_t OtherTransferCount;
};
static_assert(sizeof(IO_COUNTERS) == 48);
static_assert(offsetof(IO_COUNTERS, WriteOperationCount) == 8);
static_assert(offsetof(IO_COUNTERS, OtherOperationCount) == 16);
static_assert(offsetof(IO_COUNTERS, ReadTransferCount) == 24);
static_assert(offsetof(IO_COUNTERS, WriteTransferCount) == 32);
static_assert(offsetof(IO_COUNTERS, OtherTransferCount) == 40);

struct JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION {
  static constexpr InfoClass kClass = InfoClass::kBasicAndIoAccounting;
  JOBOBJECT_BASIC_ACCOUNTING_INFORMATION BasicInfo;
  IO_COUNTERS IoInfo;
};
static_assert(sizeof(JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION) == 96);
static_assert(offsetof(JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION, IoInfo) == 48);

struct PROCESS_DISK_COUNTERS {
  std::uint64_t BytesRead;
  std::uint64_t BytesWritten;
  std::uint64_t ReadOperationCount;
  std::uint64_t WriteOperationCount;
  std::uint64_t FlushOperationCount;
};
static_assert(sizeof(PROCESS_DISK_COUNTERS) == 40);
static_assert(offsetof(PROCESS_DISK_COUNTERS, BytesWritten) == 8);
static_assert(offsetof(PROCESS_DISK_COUNTERS, ReadOperationCount) == 16);
static_assert(offsetof(PROCESS_DISK_COUNTERS, WriteOperationCount) == 24);
static_assert(offsetof(PROCESS_DISK_COUNTERS, FlushOperationCount) == 32);

/// Class 19, undocumented: as System Informer's headers have it. Older builds have a shorter block of energy values and
/// refuse this length.
struct JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION {
  static constexpr InfoClass kClass = InfoClass::kExtendedAccounting;
  JOBOBJECT_BASIC_ACCOUNTING_INFORMATION BasicInfo;
  IO_COUNTERS IoInfo;
  PROCESS_DISK_COUNTERS DiskIoInfo;
  std::uint64_t ContextSwitches;
  std::int64_t TotalCycleTime;
  std::uint64_t ReadyTime;
  std::uint64_t EnergyValues[34];
};
static_assert(sizeof(JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION) == 432);
static_assert(offsetof(JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION, IoInfo) == 48);
static_assert(offsetof(JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION, DiskIoInfo) == 96);
static_assert(offsetof(JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION, ContextSwitches) == 136);
static_assert(offsetof(JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION, TotalCycleTime) == 144);
static_assert(offsetof(JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION, ReadyTime) == 152);
static_assert(offsetof(JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION, EnergyValues) == 160);

/// Class 28, undocumented: the one that has the current commit charge.
struct JOBOBJECT_MEMORY_USAGE_INFORMATION {
  static constexpr InfoClass kClass = InfoClass::kMemoryUsage;
  std::uint64_t JobMemory;
  std::uint64_t PeakJobMemoryUsed;
};
static_assert(sizeof(JOBOBJECT_MEMORY_USAGE_INFORMATION) == 16);
static_assert(offsetof(JOBOBJECT_MEMORY_USAGE_INFORMATION, PeakJobMemoryUsed) == 8);

}  // namespace winjob::abi
