// The process ids of a job, read with a buffer that grows until all fit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "winjob/error.h"
#include "winjob/kernel.h"

namespace winjob {

/// Ids of a job's processes, in memory that is used again from reading to reading.
class ProcessIds {
 public:
  /// Reads the ids of the processes now in the job; on failure there are none. Allocates only when they are more than
  /// ever before. Errors: kAccessDenied without kJobQuery; kMoreData when the job gained processes faster than the
  /// buffer grew.
  [[nodiscard]] std::error_code Read(kernel::RawHandle job);

  /// Those of the last reading, in no order. Each fits into a ProcessId.
  [[nodiscard]] std::span<const std::uint64_t> ids() const noexcept { return ids_; }

 private:
  std::vector<std::uint64_t> buffer_;
  std::span<const std::uint64_t> ids_;
};

/// The ids of the processes now in the job. Errors: those of ProcessIds.
[[nodiscard]] Result<std::vector<ProcessId>> ListProcesses(kernel::RawHandle job);

}  // namespace winjob
