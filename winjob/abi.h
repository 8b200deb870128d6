// The kernel's job-object structures, classes, flags and message numbers under Microsoft's names, declared here because
// they must exist on every platform and because the mingw headers lack half of them. Sizes and offsets are asserted.
// This file has what all jobs need, and includes the rest: accounting, limits, rates and notification limits.
// Source: https://learn.microsoft.com/windows/win32/api/winnt/ (x64 layout)
#pragma once

#include <cstddef>
#include <cstdint>

#include "winjob/abi_accounting.h"
#include "winjob/abi_class.h"
#include "winjob/abi_limit.h"
#include "winjob/abi_notification.h"
#include "winjob/abi_rate.h"

namespace winjob::abi {

// Access rights of a job handle.
inline constexpr std::uint32_t kJobAssignProcess = 0x0001;
inline constexpr std::uint32_t kJobSetAttributes = 0x0002;
inline constexpr std::uint32_t kJobQuery = 0x0004;
inline constexpr std::uint32_t kJobTerminate = 0x0008;
inline constexpr std::uint32_t kSynchronize = 0x00100000;
inline constexpr std::uint32_t kJobAllAccess = 0x001F001F;

// Access rights of a process handle.
inline constexpr std::uint32_t kProcessTerminate = 0x0001;
inline constexpr std::uint32_t kProcessDuplicateHandle = 0x0040;
inline constexpr std::uint32_t kProcessSetQuota = 0x0100;
inline constexpr std::uint32_t kProcessQueryInformation = 0x0400;
inline constexpr std::uint32_t kProcessQueryLimitedInformation = 0x1000;
/// To assign a process to a job, and no more.
inline constexpr std::uint32_t kProcessAssign = kProcessSetQuota | kProcessTerminate;
/// To assign, end, await, resume and ask about it.
inline constexpr std::uint32_t kProcessControl = kProcessAssign | kProcessQueryInformation | kSynchronize;

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
