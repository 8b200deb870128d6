// A request to start a process, in the form that CreateProcessW takes. Windows only.
#pragma once

#include <string>
#include <system_error>

#include "winjob/kernel.h"

namespace winjob::kernel {

struct Launch {
  std::wstring program;
  std::wstring line;
  std::wstring directory;    ///< empty: the caller's
  std::wstring environment;  ///< empty: the caller's
};

/// Finds the program and builds its command line and environment. A program with a separator in it is a path and taken
/// as it is, relative to the caller's directory; a bare name is searched for as CreateProcessW does.
/// Errors: kFileNotFound for a bare name; kBadExeFormat for a batch file, which is to be given to cmd.exe explicitly;
/// kFilenameTooLong for a command line over 32,766 characters; those of CommandLine, EnvironmentBlock and ToWide.
[[nodiscard]] std::error_code Prepare(const StartRequest& request, Launch& launch);

}  // namespace winjob::kernel
