// A job object: a group of processes that is accounted, notified of and ended as a unit.
//
// Defaults for everything in this folder: nothing throws but std::bad_alloc, an object that exists is open, and its
// const members may be called from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "winjob/accounting.h"
#include "winjob/counters.h"
#include "winjob/error.h"
#include "winjob/handle.h"
#include "winjob/job_name.h"
#include "winjob/limits.h"
#include "winjob/notification_limits.h"
#include "winjob/port.h"
#include "winjob/process.h"

namespace winjob {

class Job {
 public:
  /// Creates the job, or opens the one that has this name (see existed()). An empty name makes an anonymous job.
  /// `security` says in SDDL who may do what with the job, such as "D:(A;;GA;;;BA)(A;;0x100004;;;AU)"; empty: what the
  /// caller's token says. A job that existed keeps its own.
  /// Errors: a NameRule; kInvalidHandle when the name belongs to another kind of object, kAccessDenied when the
  /// existing job refuses full access (Open with fewer rights may then work); for `security`
  /// kInvalidSecurityDescriptor, kInvalidAcl or kInvalidSid, and kNotSupported where a kernel has none (Linux).
  /// Sources: https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-createjobobjectw
  ///          https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format
  [[nodiscard]] static Result<Job> Create(std::string_view name = {}, std::string_view security = {});

  /// Opens an existing job with the given rights (abi::kJob...); the default is to ask about it and no more.
  /// Errors: a NameRule, kFileNotFound, kAccessDenied, kInvalidHandle.
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

  /// Reads how much memory the job has committed. On failure `out` is unchanged; what this kernel does not count is
  /// empty. Cost: two kernel queries (classes 28 and 9); no allocation, on failure too.
  [[nodiscard]] std::error_code QueryMemory(MemoryUsage& out) const noexcept;

  /// Reads what only class 19 counts. Errors: kNotSupported when this kernel lacks it or has it in another length.
  [[nodiscard]] Result<ExtendedCounters> QueryExtendedCounters() const;

  /// The ids of the processes now in the job, and in jobs nested below it, in no order.
  [[nodiscard]] Result<std::vector<ProcessId>> Processes() const;

  /// Puts a running process into the job for the rest of its life. The process's handle needs abi::kProcessAssign.
  /// Errors: kAccessDenied when it has ended or its job chain does not allow it.
  [[nodiscard]] std::error_code Assign(const Process& process) const noexcept;

  /// The same for the process that has this id now, opened with no more rights than that takes. Where the id is not
  /// fresh, open a ProcessIdentity. Errors: also kInvalidParameter when there is no process of this id.
  [[nodiscard]] std::error_code Assign(ProcessId id) const noexcept;

  [[nodiscard]] Result<bool> Contains(const Process& process) const;

  /// Whether the job would be over but for this handle, so that who only looks at it should let it go: as long as it is
  /// held, its kill-on-close does not happen and its name stays taken. On Windows that is when no program has another
  /// handle to it; on Linux, where members keep a job, when besides it has none, or kill-on-close is set.
  /// Errors: kNotSupported where the kernel does not tell. Cost: one to three system calls; allocates nothing.
  [[nodiscard]] Result<bool> IsAbandoned() const;

  /// Ends every process of the job with this exit code; the job stays usable.
  [[nodiscard]] std::error_code Terminate(std::uint32_t exit_code) const noexcept;

  /// Waits until no process is in the job. Looks again and again, at least each 50 ms: the kernel signals no such
  /// thing, and its message active_process_zero goes to the job's one port. A process that is about to be started is
  /// none yet. Errors: kWaitTimeout, kAccessDenied when the handle lacks kJobQuery.
  [[nodiscard]] std::error_code WaitUntilEmpty(Timeout timeout) const;

  /// Puts a handle to the job, which can do no more than ask, into a running process: until that process ends the job
  /// keeps its name, whatever becomes of the caller. On Windows the name dies with the last handle although members
  /// run; Wine and Linux keep it for them anyway. See HoldNames for a process that is made for it.
  /// Errors: kInvalidParameter for a job with kill-on-close, which that handle would keep open; kAccessDenied, also
  /// when the process has ended; kNotSupported on Linux for a process that is no member. Source:
  /// https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-duplicatehandle
  [[nodiscard]] std::error_code KeepName(const Process& process) const;

  /// Begins the peak of all processes' memory anew (undocumented class 27). Errors: kNotSupported.
  [[nodiscard]] std::error_code ResetPeakMemory() noexcept;

  /// The limits that are set on this job itself: a job that it is nested in may restrict its processes further. Where
  /// the kernel reads limits back as zeros (Wine), those that were set through this object.
  /// Cost: a kernel query for each class of limits.
  [[nodiscard]] Result<Limits> QueryLimits() const;

  /// The limits of class 9 alone, as QueryLimits finds them, and the peaks of memory.
  /// Cost: one kernel query; no allocation, on failure too.
  [[nodiscard]] std::error_code QueryExtendedLimit(abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& out) const noexcept;

  /// Reads several information classes, each with an answer of its own; class 9 as QueryExtendedLimit.
  /// Cost: that of the queries one by one, but on Linux what they have in common is read once. No allocation.
  void QueryClasses(std::span<kernel::ClassQuery> queries) const noexcept;

  /// Whether the limit is in force, as QueryLimits finds it.
  [[nodiscard]] Result<bool> Has(LimitKind kind) const;

  /// Sets the limits that `change` has and keeps all others: the kernel's own set replaces them all. In particular a
  /// running job_user_time goes on unless `change` has a new one, which starts then.
  /// Errors: what Check finds, before anything is set; else the kernel's answer, and what had been set of this change
  /// is set back to what was before (LimitError::not_restored names what could not be). Threads: any; two objects for
  /// the same job can still overwrite each other's change.
  [[nodiscard]] LimitError SetLimits(const Limits& change);

  /// Takes these limits off and keeps all others. Those that are not in force, and those that this kernel does not
  /// have, need nothing. Errors and threads: as SetLimits.
  [[nodiscard]] LimitError ResetLimits(const std::vector<LimitKind>& kinds);

  /// SetLimits of the one: whether the processes are ended when the last handle to the job closes, however that
  /// happens.
  [[nodiscard]] std::error_code SetKillOnClose(bool kill) { return SetLimits({.kill_on_close = kill}).error; }

  /// SetLimits of the one.
  [[nodiscard]] std::error_code SetBreakaway(Breakaway breakaway) { return SetLimits({.breakaway = breakaway}).error; }

  /// The thresholds whose crossing the job reports. Errors: kNotSupported or kInvalidFunction when this kernel has
  /// none.
  [[nodiscard]] Result<NotificationLimits> QueryNotificationLimits() const;

  /// Replaces all thresholds; without any, nothing is reported any more. job_user_time counts from now.
  /// Uses class 33, or 12 where the kernel lacks that (before Windows 10), which then refuses what only 33 has.
  [[nodiscard]] NotificationLimitError SetNotificationLimits(const NotificationLimits& limits);

  /// Answers NOTIFICATION_LIMIT so that it comes again: QueryViolations, and the totals that were exceeded get a next
  /// threshold. `steps` are the thresholds as they were first set; for bytes the next one is a step past what was
  /// measured, for user time a step from now. The other thresholds stay: they are crossed anew, or were not crossed. A
  /// job_user_time that has not been reached begins anew when a threshold on bytes moves.
  [[nodiscard]] Result<Violations> Rearm(const NotificationLimits& steps);

  /// Which thresholds are exceeded now. The kernel reports no further NOTIFICATION_LIMIT before this query, which arms
  /// it again; so each such message is to be answered with it. Whether a total that stays exceeded is then reported
  /// again is not documented: raise or drop its threshold.
  [[nodiscard]] Result<Violations> QueryViolations();

  /// Stops or resumes every process of the job; one that is started into a frozen job does not begin. Windows has this
  /// in class 18, which Microsoft does not document: what it does to nested jobs and to threads that wait in the kernel
  /// is not known. Errors: kNotSupported.
  [[nodiscard]] std::error_code SetFrozen(bool frozen) noexcept;

  /// Sends the job's messages to `port` under `key`, beginning with one NEW_PROCESS for each member.
  /// Errors: kInvalidParameter when the job has a port already.
  [[nodiscard]] std::error_code NotifyTo(const Port& port, CompletionKey key) noexcept;

  /// Takes the job's port away, whoever tied it. Messages that are queued stay queued, under the old key.
  /// Errors: kInvalidParameter when it has none; also before Windows 8 and under Wine 8, which cannot.
  [[nodiscard]] std::error_code StopNotifying() noexcept;

  /// Takes the job's port away, if it has one, and continues as NotifyTo. Messages between the two are lost; the
  /// members' NEW_PROCESS messages come again.
  [[nodiscard]] std::error_code ReplacePort(const Port& port, CompletionKey key) noexcept;

  [[nodiscard]] kernel::RawHandle raw() const noexcept { return handle_.get(); }

 private:
  Job(Handle handle, bool existed) noexcept;
  [[nodiscard]] std::error_code ReadLimits(abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& info) const noexcept;
  void FillIn(abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& info) const noexcept;
  [[nodiscard]] std::error_code ReadBefore(const std::vector<LimitKind>& kinds,
                                           abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& info, Limits& before) const;
  [[nodiscard]] std::error_code WriteLimits(abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION info,
                                            bool keep_job_time) noexcept;

  struct LimitState {
    std::mutex mutex;  // a change is a query, a modification and a set
    // What was last set here, when the kernel then read zeros back: Wine does.
    std::optional<abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION> untold;
  };

  Handle handle_;
  bool existed_;
  kernel::Support support_;
  std::unique_ptr<LimitState> limits_ = std::make_unique<LimitState>();  // a mutex cannot be moved
};

}  // namespace winjob
