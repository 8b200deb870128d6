// A job's accounting: the totals over all processes that ever belonged to it, ended ones included.
#pragma once

#include <cstdint>
#include <optional>

#include "winjob/abi.h"
#include "winjob/kernel.h"
#include "winjob/units.h"

namespace winjob {

/// One reading of a job's accounting. A field that this kernel does not count is empty, never 0.
/// Source: https://learn.microsoft.com/windows/win32/api/winnt/
///         ns-winnt-jobobject_basic_and_io_accounting_information
struct Counters {
  std::optional<Ticks> user_time;                     ///< TotalUserTime
  std::optional<Ticks> kernel_time;                   ///< TotalKernelTime
  std::optional<Ticks> period_user_time;              ///< ThisPeriodTotalUserTime: since a limit on job time was set
  std::optional<Ticks> period_kernel_time;            ///< ThisPeriodTotalKernelTime
  std::optional<std::uint32_t> page_faults;           ///< TotalPageFaultCount; wraps at 2^32
  std::optional<std::uint32_t> total_processes;       ///< TotalProcesses: ever associated with the job
  std::optional<std::uint32_t> active_processes;      ///< ActiveProcesses: in the job now
  std::optional<std::uint32_t> terminated_processes;  ///< TotalTerminatedProcesses: ended by a limit
  std::optional<std::uint64_t> read_operations;       ///< ReadOperationCount
  std::optional<std::uint64_t> write_operations;      ///< WriteOperationCount
  std::optional<std::uint64_t> other_operations;      ///< OtherOperationCount
  std::optional<Bytes> read_bytes;                    ///< ReadTransferCount
  std::optional<Bytes> write_bytes;                   ///< WriteTransferCount
  std::optional<Bytes> other_bytes;                   ///< OtherTransferCount

  friend bool operator==(const Counters&, const Counters&) = default;
};

/// The reading as typed values. `known` (CounterField bits) says which fields the kernel counts.
[[nodiscard]] Counters Decode(const abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION& info,
                              std::uint32_t known) noexcept;

}  // namespace winjob
