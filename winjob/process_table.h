// All processes of the system: a part of the seam (kernel.h) for those who look for processes that they did not start.
#pragma once

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include "winjob/units.h"

namespace winjob::kernel {

/// One running process as the table has it. An id alone may be another process's later: `created` tells them apart.
struct ProcessEntry {
  ProcessId id = ProcessId::kNone;
  ProcessId parent = ProcessId::kNone;  ///< which may have ended, and its id be another's
  std::uint64_t created = 0;            ///< as kernel::CreationTime; 0 when this program may not know
  std::string image;                    ///< the file name of its program, UTF-8
};

/// What is asked for only when a rule needs it. What this program may not know is empty.
struct ProcessDetails {
  std::string path;          ///< of its program
  std::string command_line;  ///< the whole of it
  std::string user;          ///< DOMAIN\name on Windows, the name on Linux
};

/// The processes that run now. Without threads of the kernel.
/// Cost: a snapshot of the system's table, and a few calls for each process.
[[nodiscard]] std::error_code ListProcesses(std::vector<ProcessEntry>& out) noexcept;

/// Asks about one process. Errors: kInvalidParameter when it is not there any more, kAccessDenied.
[[nodiscard]] std::error_code DescribeProcess(const ProcessEntry& process, ProcessDetails& out) noexcept;

/// The short names of the Windows services that it runs.
/// Cost: a list of all services. Errors: kNotSupported on Linux.
[[nodiscard]] std::error_code ListServices(ProcessId process, std::vector<std::string>& out) noexcept;

/// Whether it is not to be touched: the system needs it, or it is a part of this program.
[[nodiscard]] bool IsSystemProcess(const ProcessEntry& process) noexcept;

}  // namespace winjob::kernel
