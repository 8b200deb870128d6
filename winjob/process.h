// Processes: started inside jobs, or opened by their id.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "winjob/error.h"
#include "winjob/handle.h"

namespace winjob {

class Job;

/// One process of the system, held by a handle so that its id cannot be given to another.
class Process {
 public:
  /// Starts a process that is inside `jobs` (outermost first) before its first instruction, so neither it nor a child
  /// of it can escape. Its standard handles are the null device and it hears no console events of the caller.
  /// Errors: kFileNotFound for the program, kDirectoryName for the working directory, those of Job::Assign.
  [[nodiscard]] static Result<Process> Start(const kernel::StartRequest& request, std::span<const Job* const> jobs);

  /// Opens a running process with the rights needed to assign, end and ask about it.
  /// Errors: kInvalidParameter when there is none of this id, kAccessDenied.
  [[nodiscard]] static Result<Process> Open(ProcessId id);

  [[nodiscard]] ProcessId id() const noexcept { return id_; }

  /// Waits until the process has ended. `exit_code` is empty where the kernel cannot tell it.
  /// Errors: kWaitTimeout.
  [[nodiscard]] std::error_code Wait(Timeout timeout, std::optional<std::uint32_t>& exit_code) const noexcept;

  [[nodiscard]] std::error_code Terminate(std::uint32_t exit_code) const noexcept;

  [[nodiscard]] kernel::RawHandle raw() const noexcept { return handle_.get(); }

 private:
  Process(Handle handle, ProcessId id) noexcept : handle_(std::move(handle)), id_(id) {}
  Handle handle_;
  ProcessId id_;
};

}  // namespace winjob
