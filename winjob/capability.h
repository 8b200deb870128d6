// Which information classes this kernel has.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "winjob/error.h"
#include "winjob/kernel.h"

namespace winjob {

/// A class that can be found out about. The completion port is not among them: every kernel has it, and it cannot be
/// read.
struct ProbedClass {
  abi::InfoClass number;
  std::string_view name;
  std::uint32_t size;     ///< of its structure
  bool set_only = false;  ///< it cannot be read; what is set to find out changes nothing in a job without processes
};

inline constexpr std::array<ProbedClass, 18> kProbedClasses = {{
    {abi::InfoClass::kBasicAccounting, "basic_accounting", sizeof(abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION)},
    {abi::InfoClass::kBasicLimit, "basic_limit", sizeof(abi::JOBOBJECT_BASIC_LIMIT_INFORMATION)},
    {abi::InfoClass::kBasicProcessIdList, "process_list", 2 * sizeof(abi::JOBOBJECT_BASIC_PROCESS_ID_LIST)},
    {abi::InfoClass::kBasicUiRestrictions, "ui_restrictions", sizeof(abi::JOBOBJECT_BASIC_UI_RESTRICTIONS)},
    {abi::InfoClass::kEndOfJobTime, "end_of_job_time", sizeof(abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION)},
    {abi::InfoClass::kBasicAndIoAccounting, "io_accounting",
     sizeof(abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION)},
    {abi::InfoClass::kExtendedLimit, "extended_limit", sizeof(abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION)},
    {abi::InfoClass::kNotificationLimit, "notification_limit", sizeof(abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION)},
    {abi::InfoClass::kLimitViolation, "limit_violation", sizeof(abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION)},
    {abi::InfoClass::kGroupEx, "group_affinity", sizeof(abi::GROUP_AFFINITY)},
    {abi::InfoClass::kCpuRateControl, "cpu_rate", sizeof(abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION)},
    {abi::InfoClass::kExtendedAccounting, "extended_accounting",
     sizeof(abi::JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION)},
    {abi::InfoClass::kMemoryUsage, "memory_usage", sizeof(abi::JOBOBJECT_MEMORY_USAGE_INFORMATION)},
    {abi::InfoClass::kNetRateControl, "net_rate", sizeof(abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION)},
    {abi::InfoClass::kNotificationLimit2, "notification_limit_2",
     sizeof(abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2)},
    {abi::InfoClass::kLimitViolation2, "limit_violation_2", sizeof(abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2)},
    {abi::InfoClass::kFreeze, "freeze", sizeof(abi::JOBOBJECT_FREEZE_INFORMATION), true},
    {abi::InfoClass::kClearPeakJobMemory, "clear_peak_memory", 0, true},
}};

/// What a probe found.
class Capabilities {
 public:
  /// Asks an anonymous job, which is empty and gone afterwards, for each class. Nothing else is touched.
  /// Errors: those of making a job. Cost: a call for each class.
  [[nodiscard]] static Result<Capabilities> Probe();

  /// Whether the kernel has the class. It may have it in another length than the library's (ExtendedCounters).
  [[nodiscard]] bool Has(abi::InfoClass info_class) const noexcept {
    return std::find(classes_.begin(), classes_.end(), info_class) != classes_.end();
  }

 private:
  Capabilities() = default;
  std::vector<abi::InfoClass> classes_;
};

}  // namespace winjob
