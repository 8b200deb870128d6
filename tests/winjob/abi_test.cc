// Numbers that no compiler checks against a header on Linux: classes, rights, flags and messages as documented.
// Sizes and offsets are asserted in winjob/abi.h.
#include "winjob/abi.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace winjob::abi {
namespace {

TEST(Abi, StructuresCarryTheirClass) {
  // https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-queryinformationjobobject
  EXPECT_EQ(static_cast<int>(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION::kClass), 1);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_BASIC_LIMIT_INFORMATION::kClass), 2);
  EXPECT_EQ(static_cast<int>(InfoClass::kBasicProcessIdList), 3);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_ASSOCIATE_COMPLETION_PORT::kClass), 7);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION::kClass), 8);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_EXTENDED_LIMIT_INFORMATION::kClass), 9);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_BASIC_UI_RESTRICTIONS::kClass), 4);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_END_OF_JOB_TIME_INFORMATION::kClass), 6);
  EXPECT_EQ(static_cast<int>(InfoClass::kGroup), 11);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION::kClass), 12);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_LIMIT_VIOLATION_INFORMATION::kClass), 13);
  EXPECT_EQ(static_cast<int>(InfoClass::kGroupEx), 14);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_CPU_RATE_CONTROL_INFORMATION::kClass), 15);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_FREEZE_INFORMATION::kClass), 18);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION::kClass), 19);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_MEMORY_USAGE_INFORMATION::kClass), 28);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_NET_RATE_CONTROL_INFORMATION::kClass), 32);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2::kClass), 33);
  EXPECT_EQ(static_cast<int>(JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2::kClass), 34);
}

TEST(Abi, StructuresAreBytesToTheKernel) {
  EXPECT_TRUE(std::is_trivially_copyable_v<JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION>);
  EXPECT_TRUE(std::is_standard_layout_v<JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION>);
  EXPECT_TRUE(std::is_trivially_copyable_v<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>);
  EXPECT_TRUE(std::is_standard_layout_v<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>);
}

TEST(Abi, RightsAreThoseOfTheDocumentation) {
  // https://learn.microsoft.com/windows/win32/procthread/job-object-security-and-access-rights
  EXPECT_EQ(kJobAssignProcess, 0x1U);
  EXPECT_EQ(kJobSetAttributes, 0x2U);
  EXPECT_EQ(kJobQuery, 0x4U);
  EXPECT_EQ(kJobTerminate, 0x8U);
  EXPECT_EQ(kJobAllAccess, 0x1F001FU);
  // https://learn.microsoft.com/windows/win32/procthread/process-security-and-access-rights
  EXPECT_EQ(kProcessTerminate, 0x1U);
  EXPECT_EQ(kProcessSetQuota, 0x100U);
  EXPECT_EQ(kProcessQueryInformation, 0x400U);
  EXPECT_EQ(kProcessQueryLimitedInformation, 0x1000U);
  EXPECT_EQ(kSynchronize, 0x100000U);
}

TEST(Abi, LimitFlagsAreThoseOfTheDocumentation) {
  // https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
  EXPECT_EQ(kLimitWorkingSet, 0x1U);
  EXPECT_EQ(kLimitProcessTime, 0x2U);
  EXPECT_EQ(kLimitJobTime, 0x4U);
  EXPECT_EQ(kLimitActiveProcess, 0x8U);
  EXPECT_EQ(kLimitAffinity, 0x10U);
  EXPECT_EQ(kLimitPriorityClass, 0x20U);
  EXPECT_EQ(kLimitPreserveJobTime, 0x40U);
  EXPECT_EQ(kLimitSchedulingClass, 0x80U);
  EXPECT_EQ(kLimitProcessMemory, 0x100U);
  EXPECT_EQ(kLimitJobMemory, 0x200U);
  EXPECT_EQ(kLimitDieOnUnhandledException, 0x400U);
  EXPECT_EQ(kLimitBreakawayOk, 0x800U);
  EXPECT_EQ(kLimitSilentBreakawayOk, 0x1000U);
  EXPECT_EQ(kLimitKillOnJobClose, 0x2000U);
  EXPECT_EQ(kLimitSubsetAffinity, 0x4000U);
  EXPECT_EQ(kBasicLimitValidFlags, 0xFFU);
  EXPECT_EQ(kExtendedLimitValidFlags, 0x7FFFU);
  // https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_notification_limit_information_2
  EXPECT_EQ(kLimitJobMemoryLow, 0x8000U);
  EXPECT_EQ(kLimitJobReadBytes, 0x1'0000U);
  EXPECT_EQ(kLimitJobWriteBytes, 0x2'0000U);
  EXPECT_EQ(kLimitCpuRateControl, 0x4'0000U);
  EXPECT_EQ(kLimitIoRateControl, 0x8'0000U);
  EXPECT_EQ(kLimitNetRateControl, 0x10'0000U);
  EXPECT_EQ(kNotificationLimitValidFlags, 0x7'0204U);
  EXPECT_EQ(kNotificationLimit2ValidFlags, 0x1F'8204U);
}

TEST(Abi, TheOtherFlagsAreThoseOfTheDocumentation) {
  // https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_ui_restrictions
  constexpr std::uint32_t kUi[] = {kUiHandles,          kUiReadClipboard,   kUiWriteClipboard,
                                   kUiSystemParameters, kUiDisplaySettings, kUiGlobalAtoms,
                                   kUiDesktop,          kUiExitWindows,     kUiIme,
                                   kUiInjection};
  for (std::size_t bit = 0; bit < std::size(kUi); ++bit) EXPECT_EQ(kUi[bit], 1U << bit);
  EXPECT_EQ(kTerminateAtEndOfJob, 0U);
  EXPECT_EQ(kPostAtEndOfJob, 1U);
  EXPECT_EQ(kCpuRateEnable, 1U);
  EXPECT_EQ(kCpuRateWeightBased, 2U);
  EXPECT_EQ(kCpuRateHardCap, 4U);
  EXPECT_EQ(kCpuRateNotify, 8U);
  EXPECT_EQ(kCpuRateMinMax, 16U);
  EXPECT_EQ(kCpuRateValidFlags, 31U);
  EXPECT_EQ(kNetRateEnable, 1U);
  EXPECT_EQ(kNetRateMaxBandwidth, 2U);
  EXPECT_EQ(kNetRateDscpTag, 4U);
  EXPECT_EQ(kNetRateValidFlags, 7U);
  EXPECT_EQ(kIoRateEnable, 1U);
}

}  // namespace
}  // namespace winjob::abi
