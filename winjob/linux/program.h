// A program ready to be executed: all that a new process needs is found and built before it exists, because after a
// fork nothing may be searched, allocated or locked.
#pragma once

#include <array>
#include <string>
#include <system_error>
#include <vector>

#include "winjob/kernel.h"
#include "winjob/linux/fd.h"

namespace winjob::linux_kernel {

struct Program {
  std::string path;                          ///< what execve gets
  std::vector<std::string> arguments;        ///< argv
  std::vector<std::string> environment;      ///< NAME=value
  std::string directory;                     ///< empty: the caller's
  std::array<Fd, kStandardStreams> streams;  ///< open, none of them with a standard stream's number
  bool suspended = false;                    ///< stopped before it becomes the program
  bool own_session = true;                   ///< apart from the caller's terminal
  bool assign_first = false;                 ///< move it into the group instead of making it there
};

/// Finds the program as execvp does, in the PATH that it will have itself, merges the environments and opens the
/// streams. Errors: those of AboutStream, kFileNotFound, kAccessDenied (found, but not executable), kDirectoryName,
/// kBadEnvironment, kInvalidParameter (empty command, or a zero byte in it).
[[nodiscard]] std::error_code Prepare(const kernel::StartRequest& request, Program& program);

/// Opens the three streams. Errors: those of AboutStream.
[[nodiscard]] std::error_code OpenStreams(const StartRequest& request, std::array<Fd, kStandardStreams>& streams);

/// The array of pointers, ended by nullptr, that execve wants. Valid as long as `texts` is unchanged.
[[nodiscard]] std::vector<char*> PointersTo(const std::vector<std::string>& texts);

/// What a failed step of a start means. `number` is its errno.
enum class StartStage : int { kNone = 0, kDirectory = 1, kExecute = 2, kFork = 3 };
[[nodiscard]] std::error_code StartError(StartStage stage, int number) noexcept;

}  // namespace winjob::linux_kernel
