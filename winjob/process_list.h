// The process ids of a job, read with a buffer that grows until all fit.
#pragma once

#include <vector>

#include "winjob/error.h"
#include "winjob/kernel.h"

namespace winjob {

/// The ids of the processes now in the job. Errors: kAccessDenied without kJobQuery; kMoreData when the job gained
/// processes faster than the buffer grew.
[[nodiscard]] Result<std::vector<ProcessId>> ListProcesses(kernel::RawHandle job);

}  // namespace winjob
