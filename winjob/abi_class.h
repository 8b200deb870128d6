// The numbers of the information classes that the library uses.
#pragma once

#include <cstdint>

namespace winjob::abi {

/// Information classes of QueryInformationJobObject and SetInformationJobObject.
/// Source: https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-setinformationjobobject. The page of the
/// query prints 34 and 35 for the last two; the header's enumeration and every program that uses them say 33 and 34.
enum class InfoClass : std::uint32_t {
  kBasicAccounting = 1,
  kBasicLimit = 2,
  kBasicProcessIdList = 3,
  kBasicUiRestrictions = 4,
  kEndOfJobTime = 6,
  kAssociateCompletionPort = 7,
  kBasicAndIoAccounting = 8,
  kExtendedLimit = 9,
  kGroup = 11,
  kNotificationLimit = 12,
  kLimitViolation = 13,
  kGroupEx = 14,
  kCpuRateControl = 15,
  kFreeze = 18,              // undocumented
  kExtendedAccounting = 19,  // undocumented
  kClearPeakJobMemory = 27,  // undocumented; set only, without data
  kMemoryUsage = 28,         // undocumented
  kNetRateControl = 32,
  kNotificationLimit2 = 33,
  kLimitViolation2 = 34,
};

}  // namespace winjob::abi
