// Holds abi.h and error.h against the Windows headers, for all that these declare. Nothing here is run.
#include "winjob/abi.h"

#include <windows.h>

#include <cstddef>
#include <cstdint>

#include "winjob/error.h"

namespace winjob {
namespace {

template <class Left, class Right>
constexpr bool Same(Left left, Right right) {
  return static_cast<std::uint64_t>(left) == static_cast<std::uint64_t>(right);
}

static_assert(Same(abi::InfoClass::kBasicAccounting, JobObjectBasicAccountingInformation));
static_assert(Same(abi::InfoClass::kBasicLimit, JobObjectBasicLimitInformation));
static_assert(Same(abi::InfoClass::kBasicProcessIdList, JobObjectBasicProcessIdList));
static_assert(Same(abi::InfoClass::kAssociateCompletionPort, JobObjectAssociateCompletionPortInformation));
static_assert(Same(abi::InfoClass::kBasicAndIoAccounting, JobObjectBasicAndIoAccountingInformation));
static_assert(Same(abi::InfoClass::kExtendedLimit, JobObjectExtendedLimitInformation));
static_assert(Same(abi::InfoClass::kBasicUiRestrictions, JobObjectBasicUIRestrictions));
static_assert(Same(abi::InfoClass::kEndOfJobTime, JobObjectEndOfJobTimeInformation));
static_assert(Same(abi::InfoClass::kGroup, JobObjectGroupInformation));
static_assert(Same(abi::InfoClass::kNotificationLimit, JobObjectNotificationLimitInformation));
static_assert(Same(abi::InfoClass::kLimitViolation, JobObjectLimitViolationInformation));
static_assert(Same(abi::InfoClass::kGroupEx, JobObjectGroupInformationEx));
static_assert(Same(abi::InfoClass::kCpuRateControl, JobObjectCpuRateControlInformation));

static_assert(Same(abi::kJobAssignProcess, JOB_OBJECT_ASSIGN_PROCESS));
static_assert(Same(abi::kJobSetAttributes, JOB_OBJECT_SET_ATTRIBUTES));
static_assert(Same(abi::kJobQuery, JOB_OBJECT_QUERY));
static_assert(Same(abi::kJobTerminate, JOB_OBJECT_TERMINATE));
static_assert(Same(abi::kSynchronize, SYNCHRONIZE));
static_assert(Same(abi::kJobAllAccess & JOB_OBJECT_ALL_ACCESS, abi::kJobAllAccess));  // newer headers have a bit more

static_assert(Same(abi::kProcessTerminate, PROCESS_TERMINATE));
static_assert(Same(abi::kProcessSetQuota, PROCESS_SET_QUOTA));
static_assert(Same(abi::kProcessQueryInformation, PROCESS_QUERY_INFORMATION));
static_assert(Same(abi::kProcessQueryLimitedInformation, PROCESS_QUERY_LIMITED_INFORMATION));

static_assert(Same(abi::kLimitWorkingSet, JOB_OBJECT_LIMIT_WORKINGSET));
static_assert(Same(abi::kLimitProcessTime, JOB_OBJECT_LIMIT_PROCESS_TIME));
static_assert(Same(abi::kLimitJobTime, JOB_OBJECT_LIMIT_JOB_TIME));
static_assert(Same(abi::kLimitActiveProcess, JOB_OBJECT_LIMIT_ACTIVE_PROCESS));
static_assert(Same(abi::kLimitAffinity, JOB_OBJECT_LIMIT_AFFINITY));
static_assert(Same(abi::kLimitPriorityClass, JOB_OBJECT_LIMIT_PRIORITY_CLASS));
static_assert(Same(abi::kLimitPreserveJobTime, JOB_OBJECT_LIMIT_PRESERVE_JOB_TIME));
static_assert(Same(abi::kLimitSchedulingClass, JOB_OBJECT_LIMIT_SCHEDULING_CLASS));
static_assert(Same(abi::kLimitProcessMemory, JOB_OBJECT_LIMIT_PROCESS_MEMORY));
static_assert(Same(abi::kLimitJobMemory, JOB_OBJECT_LIMIT_JOB_MEMORY));
static_assert(Same(abi::kLimitDieOnUnhandledException, JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION));
static_assert(Same(abi::kLimitBreakawayOk, JOB_OBJECT_LIMIT_BREAKAWAY_OK));
static_assert(Same(abi::kLimitSilentBreakawayOk, JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK));
static_assert(Same(abi::kLimitKillOnJobClose, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE));
static_assert(Same(abi::kLimitSubsetAffinity, JOB_OBJECT_LIMIT_SUBSET_AFFINITY));
static_assert(Same(abi::kLimitJobReadBytes, JOB_OBJECT_LIMIT_JOB_READ_BYTES));
static_assert(Same(abi::kLimitJobWriteBytes, JOB_OBJECT_LIMIT_JOB_WRITE_BYTES));
static_assert(Same(abi::kLimitCpuRateControl, JOB_OBJECT_LIMIT_RATE_CONTROL));
static_assert(Same(abi::kBasicLimitValidFlags, JOB_OBJECT_BASIC_LIMIT_VALID_FLAGS));
static_assert(Same(abi::kExtendedLimitValidFlags, JOB_OBJECT_EXTENDED_LIMIT_VALID_FLAGS));
static_assert(Same(abi::kNotificationLimitValidFlags & JOB_OBJECT_NOTIFICATION_LIMIT_VALID_FLAGS,
                   abi::kNotificationLimitValidFlags));  // newer headers have those of class 33

static_assert(Same(abi::kUiHandles, JOB_OBJECT_UILIMIT_HANDLES));
static_assert(Same(abi::kUiReadClipboard, JOB_OBJECT_UILIMIT_READCLIPBOARD));
static_assert(Same(abi::kUiWriteClipboard, JOB_OBJECT_UILIMIT_WRITECLIPBOARD));
static_assert(Same(abi::kUiSystemParameters, JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS));
static_assert(Same(abi::kUiDisplaySettings, JOB_OBJECT_UILIMIT_DISPLAYSETTINGS));
static_assert(Same(abi::kUiGlobalAtoms, JOB_OBJECT_UILIMIT_GLOBALATOMS));
static_assert(Same(abi::kUiDesktop, JOB_OBJECT_UILIMIT_DESKTOP));
static_assert(Same(abi::kUiExitWindows, JOB_OBJECT_UILIMIT_EXITWINDOWS));

static_assert(Same(abi::kTerminateAtEndOfJob, JOB_OBJECT_TERMINATE_AT_END_OF_JOB));
static_assert(Same(abi::kPostAtEndOfJob, JOB_OBJECT_POST_AT_END_OF_JOB));

static_assert(Same(abi::kCpuRateEnable, JOB_OBJECT_CPU_RATE_CONTROL_ENABLE));
static_assert(Same(abi::kCpuRateWeightBased, JOB_OBJECT_CPU_RATE_CONTROL_WEIGHT_BASED));
static_assert(Same(abi::kCpuRateHardCap, JOB_OBJECT_CPU_RATE_CONTROL_HARD_CAP));
static_assert(Same(abi::kCpuRateNotify, JOB_OBJECT_CPU_RATE_CONTROL_NOTIFY));

static_assert(Same(abi::kMsgEndOfJobTime, JOB_OBJECT_MSG_END_OF_JOB_TIME));
static_assert(Same(abi::kMsgEndOfProcessTime, JOB_OBJECT_MSG_END_OF_PROCESS_TIME));
static_assert(Same(abi::kMsgActiveProcessLimit, JOB_OBJECT_MSG_ACTIVE_PROCESS_LIMIT));
static_assert(Same(abi::kMsgActiveProcessZero, JOB_OBJECT_MSG_ACTIVE_PROCESS_ZERO));
static_assert(Same(abi::kMsgNewProcess, JOB_OBJECT_MSG_NEW_PROCESS));
static_assert(Same(abi::kMsgExitProcess, JOB_OBJECT_MSG_EXIT_PROCESS));
static_assert(Same(abi::kMsgAbnormalExitProcess, JOB_OBJECT_MSG_ABNORMAL_EXIT_PROCESS));
static_assert(Same(abi::kMsgProcessMemoryLimit, JOB_OBJECT_MSG_PROCESS_MEMORY_LIMIT));
static_assert(Same(abi::kMsgJobMemoryLimit, JOB_OBJECT_MSG_JOB_MEMORY_LIMIT));
static_assert(Same(abi::kMsgNotificationLimit, JOB_OBJECT_MSG_NOTIFICATION_LIMIT));
static_assert(Same(abi::kMsgJobCycleTimeLimit, JOB_OBJECT_MSG_JOB_CYCLE_TIME_LIMIT));

#define WINJOB_SAME_SIZE(type) static_assert(sizeof(abi::type) == sizeof(::type))
#define WINJOB_SAME_FIELD(type, field)                                   \
  static_assert(offsetof(abi::type, field) == offsetof(::type, field) && \
                sizeof(abi::type::field) == sizeof(::type::field))

WINJOB_SAME_SIZE(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, TotalUserTime);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, TotalKernelTime);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, ThisPeriodTotalUserTime);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, ThisPeriodTotalKernelTime);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, TotalPageFaultCount);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, TotalProcesses);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, ActiveProcesses);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, TotalTerminatedProcesses);

WINJOB_SAME_SIZE(IO_COUNTERS);
WINJOB_SAME_FIELD(IO_COUNTERS, ReadOperationCount);
WINJOB_SAME_FIELD(IO_COUNTERS, WriteOperationCount);
WINJOB_SAME_FIELD(IO_COUNTERS, OtherOperationCount);
WINJOB_SAME_FIELD(IO_COUNTERS, ReadTransferCount);
WINJOB_SAME_FIELD(IO_COUNTERS, WriteTransferCount);
WINJOB_SAME_FIELD(IO_COUNTERS, OtherTransferCount);

WINJOB_SAME_SIZE(JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION, BasicInfo);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION, IoInfo);

WINJOB_SAME_SIZE(JOBOBJECT_BASIC_LIMIT_INFORMATION);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_LIMIT_INFORMATION, PerProcessUserTimeLimit);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_LIMIT_INFORMATION, PerJobUserTimeLimit);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_LIMIT_INFORMATION, LimitFlags);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_LIMIT_INFORMATION, MinimumWorkingSetSize);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_LIMIT_INFORMATION, MaximumWorkingSetSize);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_LIMIT_INFORMATION, ActiveProcessLimit);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_LIMIT_INFORMATION, Affinity);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_LIMIT_INFORMATION, PriorityClass);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_LIMIT_INFORMATION, SchedulingClass);

WINJOB_SAME_SIZE(JOBOBJECT_EXTENDED_LIMIT_INFORMATION);
WINJOB_SAME_FIELD(JOBOBJECT_EXTENDED_LIMIT_INFORMATION, BasicLimitInformation);
WINJOB_SAME_FIELD(JOBOBJECT_EXTENDED_LIMIT_INFORMATION, IoInfo);
WINJOB_SAME_FIELD(JOBOBJECT_EXTENDED_LIMIT_INFORMATION, ProcessMemoryLimit);
WINJOB_SAME_FIELD(JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobMemoryLimit);
WINJOB_SAME_FIELD(JOBOBJECT_EXTENDED_LIMIT_INFORMATION, PeakProcessMemoryUsed);
WINJOB_SAME_FIELD(JOBOBJECT_EXTENDED_LIMIT_INFORMATION, PeakJobMemoryUsed);

WINJOB_SAME_SIZE(JOBOBJECT_BASIC_UI_RESTRICTIONS);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_UI_RESTRICTIONS, UIRestrictionsClass);

WINJOB_SAME_SIZE(JOBOBJECT_END_OF_JOB_TIME_INFORMATION);
WINJOB_SAME_FIELD(JOBOBJECT_END_OF_JOB_TIME_INFORMATION, EndOfJobTimeAction);

WINJOB_SAME_SIZE(GROUP_AFFINITY);
WINJOB_SAME_FIELD(GROUP_AFFINITY, Mask);
WINJOB_SAME_FIELD(GROUP_AFFINITY, Group);
WINJOB_SAME_FIELD(GROUP_AFFINITY, Reserved);

WINJOB_SAME_SIZE(JOBOBJECT_CPU_RATE_CONTROL_INFORMATION);
WINJOB_SAME_FIELD(JOBOBJECT_CPU_RATE_CONTROL_INFORMATION, ControlFlags);
WINJOB_SAME_FIELD(JOBOBJECT_CPU_RATE_CONTROL_INFORMATION, CpuRate);
WINJOB_SAME_FIELD(JOBOBJECT_CPU_RATE_CONTROL_INFORMATION, Weight);

WINJOB_SAME_SIZE(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION);
WINJOB_SAME_FIELD(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION, IoReadBytesLimit);
WINJOB_SAME_FIELD(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION, IoWriteBytesLimit);
WINJOB_SAME_FIELD(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION, PerJobUserTimeLimit);
WINJOB_SAME_FIELD(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION, JobMemoryLimit);
WINJOB_SAME_FIELD(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION, RateControlTolerance);
WINJOB_SAME_FIELD(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION, RateControlToleranceInterval);
WINJOB_SAME_FIELD(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION, LimitFlags);

WINJOB_SAME_SIZE(JOBOBJECT_LIMIT_VIOLATION_INFORMATION);
WINJOB_SAME_FIELD(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, LimitFlags);
WINJOB_SAME_FIELD(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, ViolationLimitFlags);
WINJOB_SAME_FIELD(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, IoReadBytes);
WINJOB_SAME_FIELD(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, IoReadBytesLimit);
WINJOB_SAME_FIELD(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, IoWriteBytes);
WINJOB_SAME_FIELD(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, IoWriteBytesLimit);
WINJOB_SAME_FIELD(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, PerJobUserTime);
WINJOB_SAME_FIELD(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, PerJobUserTimeLimit);
WINJOB_SAME_FIELD(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, JobMemory);
WINJOB_SAME_FIELD(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, JobMemoryLimit);
WINJOB_SAME_FIELD(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, RateControlTolerance);
WINJOB_SAME_FIELD(JOBOBJECT_LIMIT_VIOLATION_INFORMATION, RateControlToleranceLimit);

WINJOB_SAME_FIELD(JOBOBJECT_BASIC_PROCESS_ID_LIST, NumberOfAssignedProcesses);
WINJOB_SAME_FIELD(JOBOBJECT_BASIC_PROCESS_ID_LIST, NumberOfProcessIdsInList);
static_assert(offsetof(::JOBOBJECT_BASIC_PROCESS_ID_LIST, ProcessIdList) ==
                  sizeof(abi::JOBOBJECT_BASIC_PROCESS_ID_LIST) &&
              sizeof(::JOBOBJECT_BASIC_PROCESS_ID_LIST::ProcessIdList[0]) == sizeof(std::uint64_t));

WINJOB_SAME_SIZE(JOBOBJECT_ASSOCIATE_COMPLETION_PORT);
WINJOB_SAME_FIELD(JOBOBJECT_ASSOCIATE_COMPLETION_PORT, CompletionKey);
WINJOB_SAME_FIELD(JOBOBJECT_ASSOCIATE_COMPLETION_PORT, CompletionPort);

static_assert(Same(Win32Error::kInvalidFunction, ERROR_INVALID_FUNCTION));
static_assert(Same(Win32Error::kFileNotFound, ERROR_FILE_NOT_FOUND));
static_assert(Same(Win32Error::kPathNotFound, ERROR_PATH_NOT_FOUND));
static_assert(Same(Win32Error::kTooManyOpenFiles, ERROR_TOO_MANY_OPEN_FILES));
static_assert(Same(Win32Error::kAccessDenied, ERROR_ACCESS_DENIED));
static_assert(Same(Win32Error::kInvalidHandle, ERROR_INVALID_HANDLE));
static_assert(Same(Win32Error::kNotEnoughMemory, ERROR_NOT_ENOUGH_MEMORY));
static_assert(Same(Win32Error::kBadEnvironment, ERROR_BAD_ENVIRONMENT));
static_assert(Same(Win32Error::kBadLength, ERROR_BAD_LENGTH));
static_assert(Same(Win32Error::kWriteProtect, ERROR_WRITE_PROTECT));
static_assert(Same(Win32Error::kGenFailure, ERROR_GEN_FAILURE));
static_assert(Same(Win32Error::kNotSupported, ERROR_NOT_SUPPORTED));
static_assert(Same(Win32Error::kInvalidParameter, ERROR_INVALID_PARAMETER));
static_assert(Same(Win32Error::kBrokenPipe, ERROR_BROKEN_PIPE));
static_assert(Same(Win32Error::kDiskFull, ERROR_DISK_FULL));
static_assert(Same(Win32Error::kCallNotImplemented, ERROR_CALL_NOT_IMPLEMENTED));
static_assert(Same(Win32Error::kInsufficientBuffer, ERROR_INSUFFICIENT_BUFFER));
static_assert(Same(Win32Error::kInvalidName, ERROR_INVALID_NAME));
static_assert(Same(Win32Error::kBusy, ERROR_BUSY));
static_assert(Same(Win32Error::kAlreadyExists, ERROR_ALREADY_EXISTS));
static_assert(Same(Win32Error::kBadExeFormat, ERROR_BAD_EXE_FORMAT));
static_assert(Same(Win32Error::kFilenameTooLong, ERROR_FILENAME_EXCED_RANGE));
static_assert(Same(Win32Error::kMoreData, ERROR_MORE_DATA));
static_assert(Same(Win32Error::kWaitTimeout, WAIT_TIMEOUT));
static_assert(Same(Win32Error::kDirectoryName, ERROR_DIRECTORY));
static_assert(Same(Win32Error::kAbandonedWait, ERROR_ABANDONED_WAIT_0));
static_assert(Same(Win32Error::kNoUnicodeTranslation, ERROR_NO_UNICODE_TRANSLATION));
static_assert(Same(Win32Error::kNotFound, ERROR_NOT_FOUND));
static_assert(Same(Win32Error::kPrivilegeNotHeld, ERROR_PRIVILEGE_NOT_HELD));
static_assert(Same(Win32Error::kNoSystemResources, ERROR_NO_SYSTEM_RESOURCES));
static_assert(Same(Win32Error::kNotEnoughQuota, ERROR_NOT_ENOUGH_QUOTA));

}  // namespace
}  // namespace winjob
