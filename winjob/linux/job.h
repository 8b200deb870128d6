// A job as both levels implement it: what kernel_linux.cc asks of a group or of a helper process.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <system_error>

#include "winjob/kernel.h"
#include "winjob/linux/held_limits.h"

namespace winjob::linux_kernel {

class PortQueue;
class Process;
struct Program;

/// A change of limits. Errors are passed on to the caller, and nothing is changed then.
using LimitEdit = std::function<std::error_code(HeldLimits& limits)>;

/// How much of a process list was there and how much of it the caller's room took.
struct ListCount {
  std::uint32_t total = 0;
  std::uint32_t listed = 0;
};

/// Any function may be called from any thread. Errors are Win32 numbers.
class Job {
 public:
  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  virtual ~Job() = default;

  [[nodiscard]] virtual kernel::Support support() const noexcept = 0;
  /// Allocates nothing, on failure too.
  [[nodiscard]] virtual std::error_code ReadAccounting(
      abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION& out) noexcept = 0;
  /// Allocates nothing, on failure too.
  [[nodiscard]] virtual std::error_code ReadProcesses(std::span<std::uint64_t> room, ListCount& count) noexcept = 0;
  /// Allocates nothing, on failure too. Errors: kNotSupported where memory is not counted.
  [[nodiscard]] virtual std::error_code ReadMemory(abi::JOBOBJECT_MEMORY_USAGE_INFORMATION& out) noexcept = 0;
  [[nodiscard]] virtual std::error_code ReadLimits(HeldLimits& limits) noexcept = 0;
  /// Puts what `edit` makes of the limits into force: all of it, or an error and nothing.
  [[nodiscard]] virtual std::error_code ChangeLimits(const LimitEdit& edit) noexcept = 0;
  /// Which thresholds are exceeded now; from then on they are reported again.
  /// Errors: kNotSupported where none can be watched.
  [[nodiscard]] virtual std::error_code ReadViolations(abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2& out) noexcept = 0;
  [[nodiscard]] virtual std::error_code SetFrozen(bool frozen) noexcept = 0;
  /// Ties the job to a port. Errors: kInvalidParameter when it is tied already.
  [[nodiscard]] virtual std::error_code Associate(std::shared_ptr<PortQueue> port, std::uint64_t key) noexcept = 0;
  /// Unties it. Errors: kInvalidParameter when it is not tied.
  [[nodiscard]] virtual std::error_code Dissociate() noexcept = 0;
  [[nodiscard]] virtual std::error_code Assign(Process& process) noexcept = 0;
  [[nodiscard]] virtual std::error_code Contains(const Process& process, bool& member) noexcept = 0;
  [[nodiscard]] virtual std::error_code Terminate() noexcept = 0;
  /// Whether the job would be over but for this object.
  [[nodiscard]] virtual std::error_code IsAbandoned(bool& abandoned) noexcept = 0;
  /// Starts a process that is inside the job before its first instruction.
  [[nodiscard]] virtual std::error_code Start(const Program& program, std::unique_ptr<Process>& process) noexcept = 0;
};

}  // namespace winjob::linux_kernel
