// A job object: a group of processes that is accounted, notified of and ended as a unit.
//
// Defaults for everything in this folder: nothing throws but std::bad_alloc, an object that exists is open, and its
// const members may be called from any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "winjob/counters.h"
#include "winjob/error.h"
#include "winjob/handle.h"
#include "winjob/port.h"
#include "winjob/process.h"

namespace winjob {

/// What a member may do to start a process outside the job.
enum class Breakaway {
  kNone,    ///< nothing: every child is a member
  kOk,      ///< CREATE_BREAKAWAY_FROM_JOB works
  kSilent,  ///< every child is outside, without asking
};

class Job {
 public:
  /// Creates the job, or opens the one that has this name (see existed()). An empty name makes an anonymous job.
  /// Errors: kInvalidHandle when the name belongs to another kind of object, kAccessDenied when the existing job
  /// refuses full access (Open with fewer rights may then work).
  /// Source: https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-createjobobjectw
  [[nodiscard]] static Result<Job> Create(std::string_view name = {});

  /// Opens an existing job with the given rights (abi::kJob...).
  /// Errors: kFileNotFound, kAccessDenied, kInvalidHandle.
  [[nodiscard]] static Result<Job> Open(std::string_view name, std::uint32_t access = abi::kJobQuery);

  /// Whether the job had been there before it was opened here.
  [[nodiscard]] bool existed() const noexcept { return existed_; }

  /// What this kernel counts and reports for this job.
  [[nodiscard]] const kernel::Support& support() const noexcept { return support_; }

  /// Reads the totals over all processes that ever belonged to the job, ended ones included. On failure `out` is
  /// unchanged. Fields that this kernel does not count are empty.
  /// Errors: kAccessDenied when the handle lacks kJobQuery.
  /// Cost: one kernel query (class 8, or class 1 where the kernel lacks 8); no allocation, on failure too.
  [[nodiscard]] std::error_code QueryCounters(Counters& out) const noexcept;

  /// The ids of the processes now in the job, and in jobs nested below it, in no order.
  [[nodiscard]] Result<std::vector<ProcessId>> Processes() const;

  /// Puts a running process into the job for the rest of its life.
  /// Errors: kAccessDenied when it has ended or its job chain does not allow it.
  [[nodiscard]] std::error_code Assign(const Process& process) const noexcept;

  [[nodiscard]] Result<bool> Contains(const Process& process) const;

  /// Ends every process of the job with this exit code; the job stays usable.
  [[nodiscard]] std::error_code Terminate(std::uint32_t exit_code) const noexcept;

  /// Whether the processes are ended when the last handle to the job closes, however that happens.
  /// Other limits keep their values. Threads: not beside another change of this job's limits.
  [[nodiscard]] std::error_code SetKillOnClose(bool kill) noexcept;

  /// Other limits keep their values. Threads: as SetKillOnClose.
  [[nodiscard]] std::error_code SetBreakaway(Breakaway breakaway) noexcept;

  /// Stops or resumes every process of the job (undocumented class 18 on Windows).
  [[nodiscard]] std::error_code SetFrozen(bool frozen) noexcept;

  /// Sends the job's messages to `port` under `key`, beginning with one NEW_PROCESS for each member.
  /// Errors: kInvalidParameter when the job has a port already.
  [[nodiscard]] std::error_code NotifyTo(const Port& port, CompletionKey key) noexcept;

  /// Parts the job from its port, whoever tied it. A job whose name outlives a program keeps that program's port.
  /// Errors: kInvalidParameter before Windows 8 and under Wine 8, which cannot.
  [[nodiscard]] std::error_code StopNotifying() noexcept;

  [[nodiscard]] kernel::RawHandle raw() const noexcept { return handle_.get(); }

 private:
  Job(Handle handle, bool existed) noexcept;
  [[nodiscard]] std::error_code ChangeFlags(std::uint32_t clear, std::uint32_t set) noexcept;

  Handle handle_;
  bool existed_;
  kernel::Support support_;
  std::uint32_t flags_ = 0;  // last set here: Wine reads limit flags back as zero
};

}  // namespace winjob
