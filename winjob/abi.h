// The kernel's job-object structures, classes, flags and message numbers under Microsoft's names, declared here because
// they must exist on every platform and because the mingw headers lack half of them. Sizes and offsets are asserted.
// Source: https://learn.microsoft.com/windows/win32/api/winnt/ (x64 layout)
#pragma once

#include <cstddef>
#include <cstdint>

namespace winjob::abi {

/// Information classes of QueryInformationJobObject and SetInformationJobObject.
enum class InfoClass : std::uint32_t {
  kBasicAccounting = 1,
  kBasicLimit = 2,
  kBasicProcessIdList = 3,
  kAssociateCompletionPort = 7,
  kBasicAndIoAccounting = 8,
  kExtendedLimit = 9,
  kFreeze = 18,
};

// Access rights of a job handle.
inline constexpr std::uint32_t kJobAssignProcess = 0x0001;
inline constexpr std::uint32_t kJobSetAttributes = 0x0002;
inline constexpr std::uint32_t kJobQuery = 0x0004;
inline constexpr std::uint32_t kJobTerminate = 0x0008;
inline constexpr std::uint32_t kSynchronize = 0x00100000;
inline constexpr std::uint32_t kJobAllAccess = 0x001F001F;

// Access rights of a process handle.
inline constexpr std::uint32_t kProcessTerminate = 0x0001;
inline constexpr std::uint32_t kProcessSetQuota = 0x0100;
inline constexpr std::uint32_t kProcessQueryInformation = 0x0400;
inline constexpr std::uint32_t kProcessQueryLimitedInformation = 0x1000;

// LimitFlags of class 9.
inline constexpr std::uint32_t kLimitJobTime = 0x0004;
inline constexpr std::uint32_t kLimitPreserveJobTime = 0x0040;
inline constexpr std::uint32_t kLimitBreakawayOk = 0x0800;
inline constexpr std::uint32_t kLimitSilentBreakawayOk = 0x1000;
inline constexpr std::uint32_t kLimitKillOnJobClose = 0x2000;
inline constexpr std::uint32_t kExtendedLimitValidFlags = 0x7FFF;

// Messages that a job posts to its completion port.
inline constexpr std::uint32_t kMsgEndOfJobTime = 1;
inline constexpr std::uint32_t kMsgEndOfProcessTime = 2;
inline constexpr std::uint32_t kMsgActiveProcessLimit = 3;
inline constexpr std::uint32_t kMsgActiveProcessZero = 4;
inline constexpr std::uint32_t kMsgNewProcess = 6;
inline constexpr std::uint32_t kMsgExitProcess = 7;
inline constexpr std::uint32_t kMsgAbnormalExitProcess = 8;
inline constexpr std::uint32_t kMsgProcessMemoryLimit = 9;
inline constexpr std::uint32_t kMsgJobMemoryLimit = 10;
inline constexpr std::uint32_t kMsgNotificationLimit = 11;
inline constexpr std::uint32_t kMsgJobCycleTimeLimit = 12;
inline constexpr std::uint32_t kMsgSiloTerminated = 13;

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

/// The head of class 3; NumberOfProcessIdsInList entries of 8 bytes follow it.
struct JOBOBJECT_BASIC_PROCESS_ID_LIST {
  std::uint32_t NumberOfAssignedProcesses;
  std::uint32_t NumberOfProcessIdsInList;
};
static_assert(sizeof(JOBOBJECT_BASIC_PROCESS_ID_LIST) == 8);

struct JOBOBJECT_ASSOCIATE_COMPLETION_PORT {
  static constexpr InfoClass kClass = InfoClass::kAssociateCompletionPort;
  std::uint64_t CompletionKey;
  void* CompletionPort;
};
static_assert(sizeof(void*) != 8 || sizeof(JOBOBJECT_ASSOCIATE_COMPLETION_PORT) == 16);

/// Class 18, undocumented by Microsoft: Flags bit 0 says that Freeze carries the wanted state.
struct JOBOBJECT_FREEZE_INFORMATION {
  static constexpr InfoClass kClass = InfoClass::kFreeze;
  std::uint32_t Flags;
  std::uint8_t Freeze;
  std::uint8_t Swap;
  std::uint8_t Reserved[2];
  std::uint32_t WakeFilter[2];
};
static_assert(sizeof(JOBOBJECT_FREEZE_INFORMATION) == 16);
static_assert(offsetof(JOBOBJECT_FREEZE_INFORMATION, Freeze) == 4);

}  // namespace winjob::abi
