// A job as a helper process and all its descendants (level "process"): for users who may not make groups.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "winjob/linux/helper_client.h"
#include "winjob/linux/job.h"
#include "winjob/linux/port.h"

namespace winjob::linux_kernel {

/// CPU time and page faults are exact for members whose parents waited for them or died before them; time of children
/// whose parent ignores SIGCHLD is lost, the kernel keeps it nowhere. Ends of unwatched processes are not counted here.
class HelperJob final : public Job {
 public:
  [[nodiscard]] static std::error_code Open(const std::string& name, OpenMode mode, std::shared_ptr<Job>& job,
                                            bool& existed);
  ~HelperJob() override;

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
  static constexpr std::size_t kMaxMembers = 65536;

  HelperJob() = default;

  std::string name_;
  HelperClient client_;
  Fd stat_;  // of the helper

  std::mutex reading_;  // readers share the walk and what was read last
  std::unique_ptr<pid_t[]> walk_;
  std::uint64_t user_ = 0;  // clock ticks
  std::uint64_t system_ = 0;
  std::uint64_t faults_ = 0;

  std::mutex port_mutex_;  // one association at a time
  std::shared_ptr<PortQueue> port_;
  std::shared_ptr<PortSource> messages_;
};

/// Whether the process descends from any helper of a job.
[[nodiscard]] std::error_code IsBelowAnyHelper(const Process& process, bool& member) noexcept;

}  // namespace winjob::linux_kernel
