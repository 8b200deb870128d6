#include "tests/fake_kernel/accounting.h"

#include <algorithm>
#include <cstring>

#include "tests/fake_kernel/membership.h"

namespace winjob::fake {

abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION BasicAccounting(const Job& job) { return IoAccounting(job).BasicInfo; }

abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION IoAccounting(const Job& job) {
  const auto known = [&job](std::uint32_t field, auto value) {
    return (job.support.counters & field) != 0 ? value : decltype(value){0};
  };
  const Usage& used = job.usage;
  const std::int64_t user = used.user_time.count();
  const std::int64_t kernel = used.kernel_time.count();
  return {
      .BasicInfo = {.TotalUserTime = known(kernel::kUserTime, user),
                    .TotalKernelTime = known(kernel::kKernelTime, kernel),
                    .ThisPeriodTotalUserTime = known(kernel::kUserTime, user - job.period_start.user_time.count()),
                    .ThisPeriodTotalKernelTime =
                        known(kernel::kKernelTime, kernel - job.period_start.kernel_time.count()),
                    .TotalPageFaultCount = known(kernel::kPageFaults, static_cast<std::uint32_t>(used.page_faults)),
                    .TotalProcesses = known(kernel::kTotalProcesses, job.total_processes),
                    .ActiveProcesses = known(kernel::kActiveProcesses, ActiveProcesses(job)),
                    .TotalTerminatedProcesses = known(kernel::kTerminatedProcesses, job.terminated_processes)},
      .IoInfo = {.ReadOperationCount = known(kernel::kReadOperations, used.read_operations),
                 .WriteOperationCount = known(kernel::kWriteOperations, used.write_operations),
                 .OtherOperationCount = known(kernel::kOtherOperations, used.other_operations),
                 .ReadTransferCount = known(kernel::kReadBytes, used.read_bytes.count()),
                 .WriteTransferCount = known(kernel::kWriteBytes, used.write_bytes.count()),
                 .OtherTransferCount = known(kernel::kOtherBytes, used.other_bytes.count())},
  };
}

abi::JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION ExtendedAccounting(const Job& job) {
  const auto [basic, io] = IoAccounting(job);
  const Usage& used = job.usage;
  return {.BasicInfo = basic,
          .IoInfo = io,
          .DiskIoInfo = {.BytesRead = used.disk_read_bytes.count(),
                         .BytesWritten = used.disk_write_bytes.count(),
                         .ReadOperationCount = used.disk_read_operations,
                         .WriteOperationCount = used.disk_write_operations,
                         .FlushOperationCount = used.disk_flush_operations},
          .ContextSwitches = used.context_switches,
          .TotalCycleTime = static_cast<std::int64_t>(used.cycles),
          .ReadyTime = 0,
          .EnergyValues = {}};
}

abi::JOBOBJECT_MEMORY_USAGE_INFORMATION MemoryUsage(const Job& job) {
  return {.JobMemory = job.memory, .PeakJobMemoryUsed = job.limits.PeakJobMemoryUsed};
}

std::error_code ListMembers(const Job& job, std::uint32_t overstated, void* out, std::uint32_t size) {
  abi::JOBOBJECT_BASIC_PROCESS_ID_LIST head{};
  const std::size_t room = (size - sizeof(head)) / sizeof(std::uint64_t);
  const std::size_t listed = std::min(room, job.members.size());
  head.NumberOfAssignedProcesses = static_cast<std::uint32_t>(job.members.size()) + overstated;
  head.NumberOfProcessIdsInList = static_cast<std::uint32_t>(listed);
  std::memcpy(out, &head, sizeof(head));
  for (std::size_t i = 0; i < listed; ++i) {
    const auto id = static_cast<std::uint64_t>(job.members[i]->id);
    std::memcpy(static_cast<std::byte*>(out) + sizeof(head) + i * sizeof(id), &id, sizeof(id));
  }
  return listed < job.members.size() ? Win32Error::kMoreData : std::error_code();
}

}  // namespace winjob::fake
