#include "winjob/accounting.h"

#include "winjob/kernel.h"

namespace winjob {

MemoryUsage Decode(const abi::JOBOBJECT_MEMORY_USAGE_INFORMATION& usage,
                   const abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& peaks, std::uint32_t known) noexcept {
  MemoryUsage memory;
  if (known & kernel::kMemory) memory.current = Bytes(usage.JobMemory);
  if (known & kernel::kPeakJobMemory) memory.peak_job = Bytes(peaks.PeakJobMemoryUsed);
  if (known & kernel::kPeakProcessMemory) memory.peak_process = Bytes(peaks.PeakProcessMemoryUsed);
  return memory;
}

ExtendedCounters Decode(const abi::JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION& info) noexcept {
  const abi::PROCESS_DISK_COUNTERS& disk = info.DiskIoInfo;
  return {.disk_read_bytes = Bytes(disk.BytesRead),
          .disk_write_bytes = Bytes(disk.BytesWritten),
          .disk_read_operations = disk.ReadOperationCount,
          .disk_write_operations = disk.WriteOperationCount,
          .disk_flush_operations = disk.FlushOperationCount,
          .context_switches = info.ContextSwitches,
          .cycles = info.TotalCycleTime};
}

}  // namespace winjob
