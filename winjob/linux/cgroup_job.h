// A job as a group of the cgroup2 tree (levels "core" and "full").
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "winjob/linux/group_directory.h"
#include "winjob/linux/group_messages.h"
#include "winjob/linux/group_tree.h"
#include "winjob/linux/job.h"
#include "winjob/linux/overseer.h"
#include "winjob/linux/quarters.h"

namespace winjob::linux_kernel {

class CgroupJob final : public Job, private Overseen {
 public:
  /// Opens or makes the group of this encoded name.
  [[nodiscard]] static std::error_code Open(const std::string& name, OpenMode mode, std::shared_ptr<Job>& job,
                                            bool& existed);
  ~CgroupJob() override;

  /// Has looked after what the limits ask for: of a job that existed, others may have set some. Not with a lock held
  /// that a look takes.
  [[nodiscard]] std::error_code LookAfter() noexcept;

  /// Starts a process in all these jobs, which are nested in one another or come to be, the outermost first; in those
  /// that the caller is in, too. Errors: kAccessDenied when one cannot be nested in the one before.
  [[nodiscard]] static std::error_code StartInAll(std::span<CgroupJob* const> jobs, const Program& program,
                                                  std::unique_ptr<Process>& process) noexcept;

  [[nodiscard]] kernel::Support support() const noexcept override;
  [[nodiscard]] std::error_code ReadAccounting(
      abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION& out) noexcept override;
  [[nodiscard]] std::error_code ReadProcesses(std::span<std::uint64_t> room, ListCount& count) noexcept override;
  [[nodiscard]] std::error_code ReadMemory(abi::JOBOBJECT_MEMORY_USAGE_INFORMATION& out) noexcept override;
  [[nodiscard]] std::error_code ReadLimits(HeldLimits& limits) noexcept override;
  [[nodiscard]] std::error_code ChangeLimits(const LimitEdit& edit) noexcept override;
  [[nodiscard]] std::error_code ReadViolations(abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2& out) noexcept override;
  [[nodiscard]] std::error_code SetFrozen(bool frozen) noexcept override;
  [[nodiscard]] std::error_code Associate(std::shared_ptr<PortQueue> port, std::uint64_t key) noexcept override;
  [[nodiscard]] std::error_code Dissociate() noexcept override;
  [[nodiscard]] std::error_code Assign(Process& process) noexcept override;
  [[nodiscard]] std::error_code Contains(const Process& process, bool& member) noexcept override;
  [[nodiscard]] std::error_code Terminate() noexcept override;
  [[nodiscard]] std::error_code IsAbandoned(bool& abandoned) noexcept override;
  [[nodiscard]] std::error_code Start(const Program& program, std::unique_ptr<Process>& process) noexcept override;

 private:
  CgroupJob() = default;
  [[nodiscard]] std::error_code Kill() noexcept;
  [[nodiscard]] bool RemoveOwn() noexcept;
  [[nodiscard]] std::vector<pid_t> ListMembers();
  template <class Visit>
  [[nodiscard]] int ForEachMember(bool in_inner_jobs, Visit&& visit) noexcept;

  // Where the members are, and the jobs above: cgroup_job_nesting.cc
  /// Jobs that a newcomer comes into, the innermost first.
  struct Chain {
    std::vector<CgroupJob*> jobs;
    std::vector<const Quarters*> homes;             // theirs
    std::vector<std::shared_ptr<CgroupJob>> outer;  // all above the first one. It keeps them open: no lock of a job may
                                                    // be held where another is closed.
  };
  [[nodiscard]] Quarters& home() const noexcept { return *quarters_.load(); }
  [[nodiscard]] std::error_code OpenOwn();
  [[nodiscard]] std::error_code OpenPlaced(const std::string& place, Quarters& quarters);
  [[nodiscard]] bool IsStale() const noexcept;
  [[nodiscard]] std::error_code Follow() noexcept;
  [[nodiscard]] std::error_code FollowLocked() noexcept;
  static void NoteEnding(int place) noexcept;
  [[nodiscard]] std::error_code CountFromBeginning(Quarters& quarters);
  [[nodiscard]] std::error_code Occupy(std::unique_ptr<Quarters> quarters);
  [[nodiscard]] std::vector<std::string> OuterNames() const;
  [[nodiscard]] Chain ChainTo(std::string_view outer);
  [[nodiscard]] FindFolder FolderIn(std::string outer);
  [[nodiscard]] std::error_code GroupFor(Controller controller, std::string& path);
  [[nodiscard]] std::error_code Receive() noexcept;
  [[nodiscard]] bool IsFresh() noexcept;
  [[nodiscard]] std::error_code NestIn(const std::string& outer) noexcept;
  [[nodiscard]] std::error_code MoveBelow(CgroupJob& outer);
  struct StartOptions {
    std::string inside;   // the job that the caller is in: its events tell of the start
    bool refuse = false;  // the process is counted and told of, and ends before it becomes its program
  };
  [[nodiscard]] std::error_code StartIn(const Program& program, const StartOptions& options,
                                        std::unique_ptr<Process>& process) noexcept;
  [[nodiscard]] std::error_code TryStart(const Program& program, const StartOptions& options,
                                         std::unique_ptr<Process>& process, bool& came_in) noexcept;

  // Entering: cgroup_job.cc
  class Locks;
  [[nodiscard]] static bool IsOvertaken(const Chain& chain) noexcept;
  [[nodiscard]] std::error_code TryAssign(Process& process) noexcept;
  [[nodiscard]] std::error_code Admit(std::uint32_t newcomers) noexcept;
  [[nodiscard]] static int Settle(const Chain& chain, pid_t id) noexcept;
  [[nodiscard]] static int NoteStart(const Chain& chain, pid_t id) noexcept;
  [[nodiscard]] static int MoveHere(const Chain& chain, pid_t id) noexcept;

  // The port: cgroup_job_port.cc
  [[nodiscard]] std::error_code Tie();

  // Limits: cgroup_job_limits.cc
  [[nodiscard]] std::error_code SetKillOnClose(bool kill) noexcept;
  [[nodiscard]] std::error_code PutInForce(Quarters& quarters, const HeldLimits& before, const HeldLimits& after);
  [[nodiscard]] std::error_code SetAllMembers(const HeldLimits& before, const HeldLimits& after);
  [[nodiscard]] std::error_code SetPortOwner(std::uint32_t owner) noexcept;
  void RememberPeriod(const HeldLimits& limits) noexcept;

  // Looking after them: cgroup_job_watch.cc
  [[nodiscard]] std::optional<std::chrono::microseconds> Look() noexcept override;
  void Tell(std::uint32_t message, std::uint64_t value) noexcept;
  [[nodiscard]] bool HasPort() noexcept;
  void EndOfJobTime(HeldLimits& limits) noexcept;
  void LookAtProcesses(const HeldLimits& limits, std::int64_t& next) noexcept;
  [[nodiscard]] std::uint32_t Exceeded(const HeldLimits& limits,
                                       abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2& now) noexcept;
  void LookAtThresholds(HeldLimits& limits) noexcept;
  void LookAtRefusals(const HeldLimits& limits) noexcept;
  void NoteRefusalsSoFar() noexcept;

  /// The locks that go with the marks: those of the job's own files, wherever its members are.
  [[nodiscard]] int limits_lock() const noexcept { return own_.cpu_stat.get(); }
  [[nodiscard]] int counts_lock() const noexcept { return own_.processes.get(); }

  GroupDirectory group_;  // with the marks
  Quarters own_;
  std::unique_ptr<Quarters> nested_;  // made once; the own ones stay, for others may be reading
  std::atomic<Quarters*> quarters_{&own_};
  std::atomic<bool> overseen_{false};
  std::atomic<bool> ending_{false};  // killed by this program: its members are about to vanish

  std::mutex limits_mutex_;  // limits are read, changed and put in force as one step; a start falls before or after it.
                             // Of several jobs the innermost comes first.
  std::atomic<std::uint64_t> period_user_{0};  // of the limits held: microseconds at the beginning of the period
  std::atomic<std::uint64_t> period_kernel_{0};
  std::uint64_t kills_told_ = 0;  // with limits_mutex_: what the controllers refused so far
  std::uint64_t forks_told_ = 0;
  std::uint64_t peak_seen_ = 0;

  std::mutex reading_;  // readers share the place in cgroup.procs, and the totals

  std::mutex guardian_mutex_;  // two threads that set the flag make one guardian
  Fd guardian_;                // its process descriptor, if this program started it

  std::mutex port_mutex_;  // a start must not fall between the listing of members and the watching of the group
  std::shared_ptr<PortQueue> port_;
  std::uint64_t port_key_ = 0;
  std::shared_ptr<GroupMessages> messages_;
};

template <class Visit>
int CgroupJob::ForEachMember(bool in_inner_jobs, Visit&& visit) noexcept {
  const Quarters& quarters = home();
  return in_inner_jobs ? ForEachProcessBelow(quarters.directory, visit)
                       : ForEachProcess(quarters.processes.get(), visit);
}

/// Whether the process is in any group of a job. Errors: kInvalidParameter when nothing is known of it any more.
[[nodiscard]] std::error_code IsInAnyGroup(const Process& process, bool& member) noexcept;

}  // namespace winjob::linux_kernel
