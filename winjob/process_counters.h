// What single processes use: a part of the seam (kernel.h) for those who look into a job.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

#include "winjob/units.h"

namespace winjob::kernel {

/// What one process has used, and what it holds. What this kernel does not tell is empty.
struct ProcessCounters {
  std::uint64_t created = 0;  ///< as CreationTime: tells it from others that had or will have its id
  Ticks started;              ///< when it began, since 1970, in whole milliseconds; the same at every question
  std::optional<Ticks> user_time;
  std::optional<Ticks> kernel_time;
  std::optional<Bytes> working_set;  ///< memory that it has resident (WorkingSetSize; RSS)
  std::optional<Bytes> commit;       ///< memory that it alone has committed (PrivateUsage; data and stack)

  friend bool operator==(const ProcessCounters&, const ProcessCounters&) = default;
};

/// Asks about the process that has this id now. Linux tells its `commit` only together with its image.
/// Errors: kInvalidParameter when there is none, or it has ended; kAccessDenied.
/// Cost: a handle and two queries on Windows, a file of /proc on Linux; no allocation.
[[nodiscard]] std::error_code QueryProcessCounters(ProcessId id, ProcessCounters& out) noexcept;

/// The same, and the file name of its program, without its folder: both of one process, also when the id changes hands
/// meanwhile. Not always UTF-8 on Linux, where names are bytes; there a program that this one may not look at has the
/// name that the kernel gives it.
/// Cost: some more queries; allocates only when the name is longer than any that `image` held.
[[nodiscard]] std::error_code QueryProcessCounters(ProcessId id, ProcessCounters& out, std::string& image) noexcept;

}  // namespace winjob::kernel
