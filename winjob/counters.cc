#include "winjob/counters.h"

#include <optional>

namespace winjob {

// Every field is made where it stays: this runs at each poll of each job, and zeroing first would cost as much again.
Counters Decode(const abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION& info, std::uint32_t known) noexcept {
  const auto& basic = info.BasicInfo;
  const auto& io = info.IoInfo;
  const auto field = [known](kernel::CounterField bit, auto value) {
    return (known & bit) != 0 ? std::optional(value) : std::nullopt;
  };
  return {
      .user_time = field(kernel::kUserTime, Ticks(basic.TotalUserTime)),
      .kernel_time = field(kernel::kKernelTime, Ticks(basic.TotalKernelTime)),
      .period_user_time = field(kernel::kUserTime, Ticks(basic.ThisPeriodTotalUserTime)),
      .period_kernel_time = field(kernel::kKernelTime, Ticks(basic.ThisPeriodTotalKernelTime)),
      .page_faults = field(kernel::kPageFaults, basic.TotalPageFaultCount),
      .total_processes = field(kernel::kTotalProcesses, basic.TotalProcesses),
      .active_processes = field(kernel::kActiveProcesses, basic.ActiveProcesses),
      .terminated_processes = field(kernel::kTerminatedProcesses, basic.TotalTerminatedProcesses),
      .read_operations = field(kernel::kReadOperations, io.ReadOperationCount),
      .write_operations = field(kernel::kWriteOperations, io.WriteOperationCount),
      .other_operations = field(kernel::kOtherOperations, io.OtherOperationCount),
      .read_bytes = field(kernel::kReadBytes, Bytes(io.ReadTransferCount)),
      .write_bytes = field(kernel::kWriteBytes, Bytes(io.WriteTransferCount)),
      .other_bytes = field(kernel::kOtherBytes, Bytes(io.OtherTransferCount)),
  };
}

}  // namespace winjob
