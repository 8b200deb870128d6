// Waiting, killing and reaping through process descriptors.
#include "winjob/linux/process.h"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <vector>

#include "winjob/ended_children.h"
#include "winjob/error.h"
#include "winjob/linux/deadline.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/level.h"
#include "winjob/linux/proc_tree.h"

namespace winjob::linux_kernel {
namespace {

constexpr auto kPidfd = static_cast<idtype_t>(3);  // P_PIDFD; older headers lack it

/// Reaps a child if it has ended. False while it runs.
bool Reap(int pidfd, siginfo_t& info) noexcept {
  info = {};
  const int answer = ::waitid(kPidfd, static_cast<id_t>(pidfd), &info, WEXITED | WNOHANG);
  return answer != 0 || info.si_pid != 0;  // not a child of ours (any more): nothing to reap either
}

struct AbandonedChildren {
  std::mutex mutex;  // handles are closed from any thread
  std::vector<Fd> pidfds;
  std::atomic<std::size_t> count{0};
};

AbandonedChildren& Abandoned() noexcept {
  static auto* const children = new AbandonedChildren;  // never destroyed: handles may be closed at exit
  return *children;
}

}  // namespace

void ReapAbandoned() noexcept {
  AbandonedChildren& abandoned = Abandoned();
  if (abandoned.count.load(std::memory_order_relaxed) == 0) return;
  const std::lock_guard lock(abandoned.mutex);
  std::erase_if(abandoned.pidfds, [](const Fd& pidfd) {
    siginfo_t info;
    return Reap(pidfd.get(), info);
  });
  abandoned.count.store(abandoned.pidfds.size(), std::memory_order_relaxed);
}

void Abandon(Fd pidfd) noexcept {
  AbandonedChildren& abandoned = Abandoned();
  const std::lock_guard lock(abandoned.mutex);
  abandoned.pidfds.push_back(std::move(pidfd));
  abandoned.count.store(abandoned.pidfds.size(), std::memory_order_relaxed);
}

Process::~Process() {
  siginfo_t info;
  if (child_ && !collected_ && pidfd_ && !Reap(pidfd_.get(), info)) Abandon(std::move(pidfd_));
}

std::error_code Process::Open(ProcessId id, std::uint32_t access, kernel::RawHandle& out) noexcept {
  const auto number = static_cast<pid_t>(id);
  if (number <= 0) return Win32Error::kInvalidParameter;
  Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, number, 0)));
  if (!pidfd) return LastError();
  if ((access & abi::kProcessTerminate) != 0 && ::syscall(SYS_pidfd_send_signal, pidfd.get(), 0, nullptr, 0) != 0)
    return LastError();
  out = static_cast<Object*>(new Process(std::move(pidfd), number, access, false));
  return {};
}

std::error_code Process::Wait(Timeout timeout, std::optional<std::uint32_t>& exit_code) noexcept {
  const Deadline deadline(timeout);
  while (true) {
    pollfd ended{pidfd_.get(), POLLIN, 0};
    const int answer = ::poll(&ended, 1, deadline.Remaining());
    if (answer > 0) break;
    if (answer < 0 && errno != EINTR) return LastError();
    if (answer == 0 && deadline.Passed()) return Win32Error::kWaitTimeout;
  }
  exit_code = CollectExitCode();
  return {};
}

std::optional<std::uint32_t> Process::CollectExitCode() noexcept {
  const std::lock_guard lock(mutex_);
  if (collected_) return exit_code_;
  collected_ = true;
  std::uint32_t reported = 0;
  if (exit_channel_) {
    if (::read(exit_channel_.get(), &reported, sizeof(reported)) == sizeof(reported)) exit_code_ = reported;
    return exit_code_;
  }
  // A child that someone else of this program started is left for them to reap.
  siginfo_t info{};
  const int keep = child_ ? 0 : WNOWAIT;
  if (::waitid(kPidfd, static_cast<id_t>(pidfd_.get()), &info, WEXITED | WNOHANG | keep) == 0 && info.si_pid != 0)
    exit_code_ = static_cast<std::uint32_t>(info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status);
  return exit_code_;
}

std::error_code Process::Kill() noexcept { return Signal(SIGKILL); }
std::error_code Process::AskToStop() noexcept { return Signal(SIGTERM); }

std::error_code Process::Signal(int number) noexcept {
  if (::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0) == 0) return {};
  return errno == ESRCH ? std::error_code(Win32Error::kAccessDenied) : LastError();  // as Windows: it has ended
}

std::error_code Process::Resume() noexcept {
  if (HasEnded()) return Win32Error::kAccessDenied;
  return ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGCONT, nullptr, 0) == 0 ? std::error_code() : LastError();
}

std::error_code Process::CreationTime(std::uint64_t& time) const noexcept {
  ProcStat stat;
  // What was read is of this process if it is still there afterwards: until then nobody else had its number.
  if (ReadProcStat(id_, stat) != 0 || IsGone()) return Win32Error::kInvalidParameter;
  time = stat.started;
  return {};
}

bool Process::IsGone() const noexcept {
  return ::syscall(SYS_pidfd_send_signal, pidfd_.get(), 0, nullptr, 0) != 0 && errno == ESRCH;
}

bool Process::HasEnded() const noexcept {
  pollfd ended{pidfd_.get(), POLLIN, 0};
  return ::poll(&ended, 1, 0) > 0;
}

}  // namespace winjob::linux_kernel

namespace winjob::kernel {

bool MayHaveEndedChildren() noexcept {
  if (!linux_kernel::CurrentPlatform().has_groups()) return true;  // the helpers are the parents
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

}  // namespace winjob::kernel
