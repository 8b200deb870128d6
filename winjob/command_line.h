// Command lines and environment blocks as Windows programs expect them: text in, text out, on any platform.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "winjob/error.h"

namespace winjob {

/// Joins a program and its arguments so that CommandLineToArgvW and the C run-time take them apart unchanged. UTF-8.
/// Errors: kInvalidName when the program is empty or has a quotation mark, which no file name can have.
/// Source: https://learn.microsoft.com/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw
[[nodiscard]] Result<std::string> CommandLine(std::span<const std::string> command);

/// Whether Windows would hand this program to cmd.exe, which takes command lines apart by rules of its own: an argument
/// could become a command.
[[nodiscard]] bool IsBatchFile(std::string_view program) noexcept;

/// The environment block `current` (entries NAME=value, each ended by a zero) with `changes` made, sorted by name as
/// Windows wants it and ended by a further zero. Names are equal without regard to the case of ASCII letters.
/// Errors: kBadEnvironment for a name that is empty, contains '=' or is given twice, and for a zero in a name or value.
/// Source: https://learn.microsoft.com/windows/win32/procthread/changing-environment-variables
[[nodiscard]] Result<std::u16string> EnvironmentBlock(std::u16string_view current,
                                                      const std::map<std::u16string, std::u16string>& changes);

}  // namespace winjob
