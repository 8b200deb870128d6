// Accounting beyond counters.h: the memory that a job has committed, and what only newer kernels count.
#pragma once

#include <cstdint>
#include <optional>

#include "winjob/abi.h"
#include "winjob/units.h"

namespace winjob {

/// Committed memory, in multiples of a page. A field that this kernel does not count is empty, never 0.
struct MemoryUsage {
  std::optional<Bytes> current;       ///< JobMemory: of all processes, now
  std::optional<Bytes> peak_job;      ///< PeakJobMemoryUsed: the most that all had together
  std::optional<Bytes> peak_process;  ///< PeakProcessMemoryUsed: the most that any one ever had

  friend bool operator==(const MemoryUsage&, const MemoryUsage&) = default;
};

/// `known` (CounterField bits) says which fields the kernel counts.
[[nodiscard]] MemoryUsage Decode(const abi::JOBOBJECT_MEMORY_USAGE_INFORMATION& usage,
                                 const abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& peaks, std::uint32_t known) noexcept;

/// Totals over all processes that ever belonged to the job, from the undocumented class 19.
struct ExtendedCounters {
  Bytes disk_read_bytes;                ///< BytesRead: from physical disks
  Bytes disk_write_bytes;               ///< BytesWritten
  std::uint64_t disk_read_operations;   ///< ReadOperationCount
  std::uint64_t disk_write_operations;  ///< WriteOperationCount
  std::uint64_t disk_flush_operations;  ///< FlushOperationCount
  std::uint64_t context_switches;       ///< ContextSwitches
  std::int64_t cycles;                  ///< TotalCycleTime: processor cycles

  friend bool operator==(const ExtendedCounters&, const ExtendedCounters&) = default;
};

[[nodiscard]] ExtendedCounters Decode(const abi::JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION& info) noexcept;

}  // namespace winjob
