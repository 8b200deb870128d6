// Processes: started inside jobs, or opened by their id.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "winjob/error.h"
#include "winjob/handle.h"
#include "winjob/start_request.h"

namespace winjob {

class Job;

/// A process that a later one with the same id is not taken for. May be stored; means nothing on another machine or
/// after a restart of it.
struct ProcessIdentity {
  ProcessId id = ProcessId::kNone;
  std::uint64_t created = 0;  ///< when it began, in a unit of the kernel's

  friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

/// One process of the system, held by a handle so that its id cannot be given to another.
class Process {
 public:
  /// Starts a process that is inside `jobs` (outermost first) before its first instruction, so neither it nor a child
  /// of it can escape.
  /// Errors: kFileNotFound for the program, kDirectoryName for the working directory, kBadEnvironment, those of
  /// AboutStream for a stream, those of Job::Assign; kNotSupported for what a kernel cannot do.
  [[nodiscard]] static Result<Process> Start(const StartRequest& request, std::span<const Job* const> jobs);

  /// Opens a running process with the given rights (abi::kProcess...).
  /// Errors: kInvalidParameter when there is none of this id, kAccessDenied.
  [[nodiscard]] static Result<Process> Open(ProcessId id, std::uint32_t access = abi::kProcessControl);

  /// Opens this very process: kInvalidParameter also when another one has its id by now. `access` must allow to ask.
  [[nodiscard]] static Result<Process> Open(const ProcessIdentity& identity,
                                            std::uint32_t access = abi::kProcessControl);

  /// Opens the program that calls.
  [[nodiscard]] static Result<Process> Current(std::uint32_t access = abi::kProcessQueryLimitedInformation) {
    return Open(kernel::CurrentProcessId(), access);
  }

  [[nodiscard]] ProcessId id() const noexcept { return id_; }

  /// What to store in order to find this process again. Errors: kAccessDenied; kInvalidParameter once a Linux process
  /// has been waited for.
  [[nodiscard]] Result<ProcessIdentity> Identity() const;

  /// Waits until the process has ended. `exit_code` is empty where the kernel cannot tell it.
  /// Errors: kWaitTimeout.
  [[nodiscard]] std::error_code Wait(Timeout timeout, std::optional<std::uint32_t>& exit_code) const noexcept;

  /// Lets a process run that was started suspended: every thread of it, those that are not suspended stay as they are.
  /// On Linux a program that cannot be executed shows only now: it ends with 127.
  /// Errors: kAccessDenied when it has ended. Cost: a list of all threads of the system on Windows.
  [[nodiscard]] std::error_code Resume() const noexcept;

  /// Asks a process that this program has started to stop: Ctrl-Break on Windows, SIGTERM on Linux. What it makes of
  /// that is up to it. Errors: when it has no console to hear it from (Windows).
  [[nodiscard]] std::error_code RequestStop() const noexcept;

  [[nodiscard]] std::error_code Terminate(std::uint32_t exit_code) const noexcept;

  [[nodiscard]] kernel::RawHandle raw() const noexcept { return handle_.get(); }

 private:
  Process(Handle handle, ProcessId id) noexcept : handle_(std::move(handle)), id_(id) {}
  Handle handle_;
  ProcessId id_;
};

/// Lets one thread run that is suspended. Errors: kInvalidParameter when there is none, kAccessDenied; kNotSupported on
/// Linux, where a process is suspended as a whole.
[[nodiscard]] inline std::error_code ResumeThread(ThreadId thread) noexcept { return kernel::ResumeThread(thread); }

}  // namespace winjob
