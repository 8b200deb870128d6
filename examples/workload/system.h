// What the workload needs from the system beyond the standard library: system_win32.cc or system_linux.cc.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <system_error>
#include <vector>

namespace workload {

/// The largest exit code that a parent can read back.
extern const std::uint32_t kLargestExitCode;

/// The words after the program's name, in UTF-8.
[[nodiscard]] std::vector<std::string> Arguments(int count, char** values);

/// Writes to stdout or stderr. Only for a program that is about to end: where it has neither, it joins the console that
/// it was started from, whose events it would then hear.
void Report(std::FILE* stream, const std::string& text);

/// The CPU time, user and kernel, that this process has used so far.
[[nodiscard]] double CpuSeconds();

[[nodiscard]] std::uint32_t ProcessNumber();

/// The value of an environment variable in UTF-8; empty when there is none.
[[nodiscard]] std::string Environment(const std::string& name);

/// A started copy of this program.
struct Child {
  std::uintptr_t handle = 0;
};

/// Starts this program with other arguments: one new process, no shell.
[[nodiscard]] std::error_code StartSelf(const std::vector<std::string>& arguments, Child& child);

/// As StartSelf, but the child asks to be in none of this process's jobs, which the system may refuse.
[[nodiscard]] std::error_code StartSelfOutside(const std::vector<std::string>& arguments, Child& child);

/// Waits for the end of a child and releases it.
[[nodiscard]] std::error_code WaitFor(Child child);

/// An empty file that the system removes when it is closed, however this process ends; nullptr with `error` set.
[[nodiscard]] std::FILE* OpenScratchFile(std::error_code& error);

/// Makes this process deaf to requests to stop, as far as the system lets it.
void IgnoreSignals();

/// Keeps a crash from leaving a core file or opening a window.
void CrashQuietly();

/// Writes to memory that may not be written to.
[[noreturn]] void Crash();

}  // namespace workload
