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
  EXPECT_EQ(static_cast<int>(JOBOBJECT_FREEZE_INFORMATION::kClass), 18);
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
  EXPECT_EQ(kLimitJobTime, 0x4U);
  EXPECT_EQ(kLimitPreserveJobTime, 0x40U);
  EXPECT_EQ(kLimitBreakawayOk, 0x800U);
  EXPECT_EQ(kLimitSilentBreakawayOk, 0x1000U);
  EXPECT_EQ(kLimitKillOnJobClose, 0x2000U);
  EXPECT_EQ(kExtendedLimitValidFlags & kLimitKillOnJobClose, kLimitKillOnJobClose);
}

}  // namespace
}  // namespace winjob::abi
