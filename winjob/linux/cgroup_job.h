// A job as a group of the cgroup2 tree (level "core").
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "winjob/linux/group_directory.h"
#include "winjob/linux/group_messages.h"
#include "winjob/linux/group_totals.h"
#include "winjob/linux/job.h"

namespace winjob::linux_kernel {

class CgroupJob final : public Job {
 public:
  /// Opens or makes the group of this encoded name.
  [[nodiscard]] static std::error_code Open(const std::string& name, OpenMode mode, std::shared_ptr<Job>& job,
                                            bool& existed);
  ~CgroupJob() override;

  [[nodiscard]] kernel::Support support() const noexcept override;
  [[nodiscard]] std::error_code ReadAccounting(
      abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION& out) noexcept override;
  [[nodiscard]] std::error_code ReadProcesses(std::span<std::uint64_t> room, ListCount& count) noexcept override;
  [[nodiscard]] std::error_code ReadKillOnClose(bool& kill) noexcept override;
  [[nodiscard]] std::error_code SetKillOnClose(bool kill) noexcept override;
  [[nodiscard]] std::error_code SetFrozen(bool frozen) noexcept override;
  [[nodiscard]] std::error_code Associate(std::shared_ptr<PortQueue> port, std::uint64_t key) noexcept override;
  [[nodiscard]] std::error_code Dissociate() noexcept override;
  [[nodiscard]] std::error_code Assign(Process& process) noexcept override;
  [[nodiscard]] std::error_code Contains(const Process& process, bool& member) noexcept override;
  [[nodiscard]] std::error_code Terminate() noexcept override;
  [[nodiscard]] std::error_code Start(const Program& program, std::unique_ptr<Process>& process) noexcept override;

 private:
  CgroupJob() = default;
  [[nodiscard]] std::error_code OpenFiles();
  [[nodiscard]] std::error_code MoveIn(pid_t id) noexcept;
  [[nodiscard]] bool RemoveOwn() noexcept;
  void NoteStart(pid_t id) noexcept;
  [[nodiscard]] std::vector<std::uint64_t> ListMembers();

  GroupDirectory group_;
  std::string path_;  // as /proc/<pid>/cgroup shows it
  Fd cpu_stat_;
  Fd processes_;
  Fd freeze_;
  std::atomic<bool> ending_{false};  // killed by this program: its members are about to vanish

  std::mutex reading_;  // readers share the place in cgroup.procs, and the totals
  GroupTotals totals_;

  std::mutex guardian_mutex_;  // two threads that set the flag make one guardian
  Fd guardian_;                // its process descriptor, if this program started it

  std::mutex port_mutex_;  // a start must not fall between the listing of members and the watching of the group
  std::shared_ptr<PortQueue> port_;
  std::shared_ptr<GroupMessages> messages_;
};

/// Whether the process is in any group of a job. Errors: kInvalidParameter when nothing is known of it any more.
[[nodiscard]] std::error_code IsInAnyGroup(const Process& process, bool& member) noexcept;

}  // namespace winjob::linux_kernel
