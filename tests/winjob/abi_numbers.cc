// Numbers that no compiler checks against a header on Linux: classes, rights, flags and messages as documented. Sizes
// and offsets are asserted in winjob/abi.h. A wrong number does not compile.
#include <cstddef>
#include <type_traits>

#include "winjob/abi.h"

namespace winjob::abi {

// https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-queryinformationjobobject
static_assert(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION::kClass == InfoClass{1});
static_assert(JOBOBJECT_BASIC_LIMIT_INFORMATION::kClass == InfoClass{2});
static_assert(InfoClass::kBasicProcessIdList == InfoClass{3});
static_assert(JOBOBJECT_ASSOCIATE_COMPLETION_PORT::kClass == InfoClass{7});
static_assert(JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION::kClass == InfoClass{8});
static_assert(JOBOBJECT_EXTENDED_LIMIT_INFORMATION::kClass == InfoClass{9});
static_assert(JOBOBJECT_BASIC_UI_RESTRICTIONS::kClass == InfoClass{4});
static_assert(JOBOBJECT_END_OF_JOB_TIME_INFORMATION::kClass == InfoClass{6});
static_assert(InfoClass::kGroup == InfoClass{11});
static_assert(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION::kClass == InfoClass{12});
static_assert(JOBOBJECT_LIMIT_VIOLATION_INFORMATION::kClass == InfoClass{13});
static_assert(InfoClass::kGroupEx == InfoClass{14});
static_assert(JOBOBJECT_CPU_RATE_CONTROL_INFORMATION::kClass == InfoClass{15});
static_assert(JOBOBJECT_FREEZE_INFORMATION::kClass == InfoClass{18});
static_assert(JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION::kClass == InfoClass{19});
static_assert(JOBOBJECT_MEMORY_USAGE_INFORMATION::kClass == InfoClass{28});
static_assert(JOBOBJECT_NET_RATE_CONTROL_INFORMATION::kClass == InfoClass{32});
static_assert(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2::kClass == InfoClass{33});
static_assert(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2::kClass == InfoClass{34});

static_assert(InfoClass::kBasicAccounting == InfoClass{1});
static_assert(InfoClass::kBasicLimit == InfoClass{2});
static_assert(InfoClass::kBasicUiRestrictions == InfoClass{4});
static_assert(InfoClass::kEndOfJobTime == InfoClass{6});
static_assert(InfoClass::kAssociateCompletionPort == InfoClass{7});
static_assert(InfoClass::kBasicAndIoAccounting == InfoClass{8});
static_assert(InfoClass::kExtendedLimit == InfoClass{9});
static_assert(InfoClass::kNotificationLimit == InfoClass{12});
static_assert(InfoClass::kLimitViolation == InfoClass{13});
static_assert(InfoClass::kCpuRateControl == InfoClass{15});
static_assert(InfoClass::kFreeze == InfoClass{18});
static_assert(InfoClass::kExtendedAccounting == InfoClass{19});
static_assert(InfoClass::kClearPeakJobMemory == InfoClass{27});
static_assert(InfoClass::kMemoryUsage == InfoClass{28});
static_assert(InfoClass::kNetRateControl == InfoClass{32});
static_assert(InfoClass::kNotificationLimit2 == InfoClass{33});
static_assert(InfoClass::kLimitViolation2 == InfoClass{34});

static_assert(std::is_trivially_copyable_v<JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION>);
static_assert(std::is_standard_layout_v<JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION>);
static_assert(std::is_trivially_copyable_v<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>);
static_assert(std::is_standard_layout_v<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>);

static_assert(offsetof(JOBOBJECT_BASIC_PROCESS_ID_LIST, NumberOfProcessIdsInList) == 4);
static_assert(offsetof(JOBOBJECT_ASSOCIATE_COMPLETION_PORT, CompletionPort) == 8);

// https://learn.microsoft.com/windows/win32/procthread/job-object-security-and-access-rights
static_assert(kJobAssignProcess == 0x1U);
static_assert(kJobSetAttributes == 0x2U);
static_assert(kJobQuery == 0x4U);
static_assert(kJobTerminate == 0x8U);
static_assert(kJobAllAccess == 0x1F001FU);
// https://learn.microsoft.com/windows/win32/procthread/process-security-and-access-rights
static_assert(kProcessTerminate == 0x1U);
static_assert(kProcessSetQuota == 0x100U);
static_assert(kProcessQueryInformation == 0x400U);
static_assert(kProcessQueryLimitedInformation == 0x1000U);
static_assert(kProcessDuplicateHandle == 0x40U);
static_assert(kProcessAssign == 0x101U);
static_assert(kProcessControl == 0x100501U);
static_assert(kSynchronize == 0x100000U);

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
static_assert(kLimitWorkingSet == 0x1U);
static_assert(kLimitProcessTime == 0x2U);
static_assert(kLimitJobTime == 0x4U);
static_assert(kLimitActiveProcess == 0x8U);
static_assert(kLimitAffinity == 0x10U);
static_assert(kLimitPriorityClass == 0x20U);
static_assert(kLimitPreserveJobTime == 0x40U);
static_assert(kLimitSchedulingClass == 0x80U);
static_assert(kLimitProcessMemory == 0x100U);
static_assert(kLimitJobMemory == 0x200U);
static_assert(kLimitDieOnUnhandledException == 0x400U);
static_assert(kLimitBreakawayOk == 0x800U);
static_assert(kLimitSilentBreakawayOk == 0x1000U);
static_assert(kLimitKillOnJobClose == 0x2000U);
static_assert(kLimitSubsetAffinity == 0x4000U);
static_assert(kBasicLimitValidFlags == 0xFFU);
static_assert(kExtendedLimitValidFlags == 0x7FFFU);
// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_notification_limit_information_2
static_assert(kLimitJobMemoryLow == 0x8000U);
static_assert(kLimitJobReadBytes == 0x1'0000U);
static_assert(kLimitJobWriteBytes == 0x2'0000U);
static_assert(kLimitCpuRateControl == 0x4'0000U);
static_assert(kLimitIoRateControl == 0x8'0000U);
static_assert(kLimitNetRateControl == 0x10'0000U);
static_assert(kNotificationLimitValidFlags == 0x7'0204U);
static_assert(kNotificationLimit2ValidFlags == 0x1F'8204U);

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_ui_restrictions
static_assert(kUiHandles == 0x1);
static_assert(kUiReadClipboard == 0x2);
static_assert(kUiWriteClipboard == 0x4);
static_assert(kUiSystemParameters == 0x8);
static_assert(kUiDisplaySettings == 0x10);
static_assert(kUiGlobalAtoms == 0x20);
static_assert(kUiDesktop == 0x40);
static_assert(kUiExitWindows == 0x80);
static_assert(kUiIme == 0x100);
static_assert(kUiInjection == 0x200);

static_assert(kTerminateAtEndOfJob == 0U);
static_assert(kPostAtEndOfJob == 1U);
static_assert(kCpuRateEnable == 1U);
static_assert(kCpuRateWeightBased == 2U);
static_assert(kCpuRateHardCap == 4U);
static_assert(kCpuRateNotify == 8U);
static_assert(kCpuRateMinMax == 16U);
static_assert(kCpuRateValidFlags == 31U);
static_assert(kNetRateEnable == 1U);
static_assert(kNetRateMaxBandwidth == 2U);
static_assert(kNetRateDscpTag == 4U);
static_assert(kNetRateValidFlags == 7U);
static_assert(kIoRateEnable == 1U);

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_associate_completion_port
static_assert(kMsgEndOfJobTime == 1);
static_assert(kMsgEndOfProcessTime == 2);
static_assert(kMsgActiveProcessLimit == 3);
static_assert(kMsgActiveProcessZero == 4);
static_assert(kMsgNewProcess == 6);
static_assert(kMsgExitProcess == 7);
static_assert(kMsgAbnormalExitProcess == 8);
static_assert(kMsgProcessMemoryLimit == 9);
static_assert(kMsgJobMemoryLimit == 10);
static_assert(kMsgNotificationLimit == 11);
static_assert(kMsgJobCycleTimeLimit == 12);
static_assert(kMsgSiloTerminated == 13);

// System Informer, phnt/include/ntpsapi.h: the bytes that are never used, too
static_assert(offsetof(JOBOBJECT_FREEZE_INFORMATION, Swap) == 5);
static_assert(offsetof(JOBOBJECT_FREEZE_INFORMATION, Reserved) == 6);
static_assert(offsetof(JOBOBJECT_FREEZE_INFORMATION, WakeFilter) == 8);

}  // namespace winjob::abi
