// A handle to one process, and the reaping of children whose handles were closed while they ran.
#pragma once

#include <sys/types.h>

#include <mutex>
#include <optional>
#include <string>

#include "winjob/linux/fd.h"
#include "winjob/linux/object.h"

namespace winjob::linux_kernel {

class Process final : public Object {
 public:
  static constexpr Kind kKind = Kind::kProcess;

  /// `child`: this program is the parent and reaps it.
  Process(Fd pidfd, pid_t id, std::uint32_t access, bool child) noexcept
      : Object(kKind), pidfd_(std::move(pidfd)), id_(id), access_(access), child_(child) {}
  ~Process() override;

  /// Opens a running process. Errors: kInvalidParameter when there is none, kAccessDenied.
  [[nodiscard]] static std::error_code Open(ProcessId id, std::uint32_t access, kernel::RawHandle& out) noexcept;

  [[nodiscard]] pid_t id() const noexcept { return id_; }
  [[nodiscard]] bool Allows(std::uint32_t rights) const noexcept { return (access_ & rights) == rights; }
  [[nodiscard]] bool AllowsAny(std::uint32_t rights) const noexcept { return (access_ & rights) != 0; }

  [[nodiscard]] std::error_code Wait(Timeout timeout, std::optional<std::uint32_t>& exit_code) noexcept;
  [[nodiscard]] std::error_code Kill() noexcept;
  /// Lets it run if it is stopped. Errors: kAccessDenied when it has ended.
  [[nodiscard]] std::error_code Resume() noexcept;
  /// When it began, in clock ticks since the machine did. Errors: kInvalidParameter once it has been reaped.
  [[nodiscard]] std::error_code CreationTime(std::uint64_t& time) const noexcept;
  /// Sends SIGTERM.
  [[nodiscard]] std::error_code AskToStop() noexcept;
  /// Whether it has ended (a zombie has).
  [[nodiscard]] bool HasEnded() const noexcept;
  /// Whether it has been reaped: its number may be another process's now.
  [[nodiscard]] bool IsGone() const noexcept;

  /// A descriptor on which whoever reaps the process writes its exit code as 4 bytes.
  void set_exit_channel(Fd channel) noexcept { exit_channel_ = std::move(channel); }
  /// The group that the process was started in or assigned to, remembered for when /proc knows it no more.
  void set_group(std::string path) {
    const std::lock_guard lock(mutex_);
    group_ = std::move(path);
  }
  [[nodiscard]] std::string group() const {
    const std::lock_guard lock(mutex_);
    return group_;
  }

 private:
  std::error_code Signal(int number) noexcept;
  std::optional<std::uint32_t> CollectExitCode() noexcept;

  Fd pidfd_;
  pid_t id_;
  std::uint32_t access_;
  bool child_;
  Fd exit_channel_;
  mutable std::mutex mutex_;  // two threads may wait on one handle; only one of them reaps
  std::string group_;
  bool collected_ = false;
  std::optional<std::uint32_t> exit_code_;
};

/// Reaps those children that have ended after their handles were closed. Cheap when there are none.
void ReapAbandoned() noexcept;

/// Leaves a child to ReapAbandoned.
void Abandon(Fd pidfd) noexcept;

}  // namespace winjob::linux_kernel
