// The job that the caller itself runs in, which someone else has made.
#pragma once

#include <cstdint>
#include <system_error>

#include "winjob/error.h"

namespace winjob {

struct OwnJob {
  bool member = false;         ///< the caller is in a job
  bool kill_on_close = false;  ///< which is known to end it when the last handle to the job closes
};

/// Asks about the caller's own job; of nested ones about the innermost, no other can be asked without its name. Wine
/// tells of no limits; on Linux, level process, a job's are not known from within. kill_on_close is false there.
/// Errors: those of the query. Cost: two system calls on Windows, a few files on Linux. Threads: any.
/// Source: https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-queryinformationjobobject
[[nodiscard]] Result<OwnJob> QueryOwnJob();

namespace kernel {

/// Whether the caller is in a job, and the LimitFlags of that job; 0 where they are not known.
[[nodiscard]] std::error_code QueryOwnJob(bool& member, std::uint32_t& flags) noexcept;

}  // namespace kernel
}  // namespace winjob
