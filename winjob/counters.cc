#include "winjob/counters.h"

namespace winjob {

Counters Decode(const abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION& info, std::uint32_t known) noexcept {
  const auto& basic = info.BasicInfo;
  const auto& io = info.IoInfo;
  Counters counters;
  if (known & kernel::kUserTime) counters.user_time = Ticks(basic.TotalUserTime);
  if (known & kernel::kKernelTime) counters.kernel_time = Ticks(basic.TotalKernelTime);
  if (known & kernel::kUserTime) counters.period_user_time = Ticks(basic.ThisPeriodTotalUserTime);
  if (known & kernel::kKernelTime) counters.period_kernel_time = Ticks(basic.ThisPeriodTotalKernelTime);
  if (known & kernel::kPageFaults) counters.page_faults = basic.TotalPageFaultCount;
  if (known & kernel::kTotalProcesses) counters.total_processes = basic.TotalProcesses;
  if (known & kernel::kActiveProcesses) counters.active_processes = basic.ActiveProcesses;
  if (known & kernel::kTerminatedProcesses) counters.terminated_processes = basic.TotalTerminatedProcesses;
  if (known & kernel::kReadOperations) counters.read_operations = io.ReadOperationCount;
  if (known & kernel::kWriteOperations) counters.write_operations = io.WriteOperationCount;
  if (known & kernel::kOtherOperations) counters.other_operations = io.OtherOperationCount;
  if (known & kernel::kReadBytes) counters.read_bytes = Bytes(io.ReadTransferCount);
  if (known & kernel::kWriteBytes) counters.write_bytes = Bytes(io.WriteTransferCount);
  if (known & kernel::kOtherBytes) counters.other_bytes = Bytes(io.OtherTransferCount);
  return counters;
}

}  // namespace winjob
