// A job as a group of the cgroup2 tree (levels "core" and "full").
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "winjob/linux/controller_groups.h"
#include "winjob/linux/group_directory.h"
#include "winjob/linux/group_messages.h"
#include "winjob/linux/group_totals.h"
#include "winjob/linux/group_usage.h"
#include "winjob/linux/job.h"
#include "winjob/linux/overseer.h"

namespace winjob::linux_kernel {

class CgroupJob final : public Job, private Overseen {
 public:
  /// Opens or makes the group of this encoded name.
  [[nodiscard]] static std::error_code Open(const std::string& name, OpenMode mode, std::shared_ptr<Job>& job,
                                            bool& existed);
  ~CgroupJob() override;

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
  [[nodiscard]] std::error_code OpenFiles();
  [[nodiscard]] std::error_code OpenControllers();
  [[nodiscard]] bool RemoveOwn() noexcept;
  [[nodiscard]] std::vector<pid_t> ListMembers();

  // Entering: cgroup_job.cc
  [[nodiscard]] std::error_code Admit(std::uint32_t newcomers) noexcept;
  [[nodiscard]] int Settle(pid_t id) noexcept;
  [[nodiscard]] int NoteStart(pid_t id) noexcept;

  // Limits: cgroup_job_limits.cc
  [[nodiscard]] std::error_code SetKillOnClose(bool kill) noexcept;
  [[nodiscard]] std::error_code PutInForce(const HeldLimits& before, const HeldLimits& after);
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

  GroupDirectory group_;
  std::string path_;  // as /proc/<pid>/cgroup shows it
  Fd cpu_stat_;
  Fd processes_;
  std::atomic<bool> ending_{false};  // killed by this program: its members are about to vanish

  ControllerGroups groups_;
  GroupUsage usage_;
  std::mutex limits_mutex_;  // limits are read, changed and put in force as one step; a start falls before or after it
  std::atomic<std::uint64_t> period_user_{0};  // of the limits held: microseconds at the beginning of the period
  std::atomic<std::uint64_t> period_kernel_{0};
  std::uint64_t kills_told_ = 0;  // with limits_mutex_: what the controllers refused so far
  std::uint64_t forks_told_ = 0;
  std::uint64_t peak_seen_ = 0;

  std::mutex reading_;  // readers share the place in cgroup.procs, and the totals
  GroupTotals totals_;

  std::mutex guardian_mutex_;  // two threads that set the flag make one guardian
  Fd guardian_;                // its process descriptor, if this program started it

  std::mutex port_mutex_;  // a start must not fall between the listing of members and the watching of the group
  std::shared_ptr<PortQueue> port_;
  std::uint64_t port_key_ = 0;
  std::shared_ptr<GroupMessages> messages_;
};

/// Whether the process is in any group of a job. Errors: kInvalidParameter when nothing is known of it any more.
[[nodiscard]] std::error_code IsInAnyGroup(const Process& process, bool& member) noexcept;

}  // namespace winjob::linux_kernel
