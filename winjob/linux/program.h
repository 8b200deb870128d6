// A program ready to be executed: all that a new process needs is found and built before it exists, because after a
// fork nothing may be searched, allocated or locked.
#pragma once

#include <string>
#include <system_error>
#include <vector>

#include "winjob/kernel.h"

namespace winjob::linux_kernel {

struct Program {
  std::string path;                      ///< what execve gets
  std::vector<std::string> arguments;    ///< argv
  std::vector<std::string> environment;  ///< NAME=value
  std::string directory;                 ///< empty: the caller's
  bool assign_first = false;             ///< move it into the group instead of making it there
};

/// Finds the program as execvp does, in the PATH that it will have itself, and merges the environments.
/// Errors: kFileNotFound, kAccessDenied (found, but not executable), kDirectoryName, kBadEnvironment,
/// kInvalidParameter (empty command, or a zero byte in it).
[[nodiscard]] std::error_code Prepare(const kernel::StartRequest& request, Program& program);

/// The array of pointers, ended by nullptr, that execve wants. Valid as long as `texts` is unchanged.
[[nodiscard]] std::vector<char*> PointersTo(const std::vector<std::string>& texts);

/// What a failed step of a start means. `number` is its errno.
enum class StartStage : int { kNone = 0, kDirectory = 1, kExecute = 2, kFork = 3 };
[[nodiscard]] std::error_code StartError(StartStage stage, int number) noexcept;

}  // namespace winjob::linux_kernel
