// The child's side of a start.
#include "winjob/linux/child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

#include "winjob/linux/descriptor_limit.h"

namespace winjob::linux_kernel {
namespace {

// The sanitizers' interceptors take locks that another thread may have held at the fork: syscall() has none.
[[noreturn]] __attribute__((no_sanitize("thread", "address", "undefined"))) void Fail(const ChildPlan& plan,
                                                                                      StartStage stage) noexcept {
  const ChildFailure failure{stage, errno};
  // Nobody listens to one that was suspended; it must end with its own code, and not by the signal of a broken pipe.
  ::syscall(SYS_sendto, plan.channel, &failure, sizeof(failure), MSG_NOSIGNAL, nullptr, 0);
  while (true) ::syscall(SYS_exit_group, 127);
}

__attribute__((no_sanitize("thread", "address", "undefined"))) void ResetSignals() noexcept {
  constexpr int kSignals = 64;
  constexpr std::size_t kKernelSetSize = 8;
  const std::uint64_t default_action[4] = {};  // the kernel's sigaction with SIG_DFL, no flags, an empty mask
  for (int number = 1; number <= kSignals; ++number)
    ::syscall(SYS_rt_sigaction, number, default_action, nullptr, kKernelSetSize);
  const std::uint64_t none = 0;
  ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, nullptr, kKernelSetSize);
}

// Holds nothing of the caller's open: the copy of the caller that waits here may do so for long.
__attribute__((no_sanitize("thread", "address", "undefined"))) void AwaitResume(int channel) noexcept {
  if (channel > 3) ::syscall(SYS_close_range, 3, channel - 1, 0);
  ::syscall(SYS_close_range, channel + 1, ~0U, 0);
  // A parent that found the group frozen has gone on; what it sent last can be read all the same.
  char byte = 0;
  ::syscall(SYS_sendto, channel, &byte, 1, MSG_NOSIGNAL, nullptr, 0);
  if (::syscall(SYS_read, channel, &byte, 1) != 1)
    while (true) ::syscall(SYS_exit_group, 127);  // the parent died before it could stop this process
}

}  // namespace

[[noreturn]] __attribute__((no_sanitize("thread", "address", "undefined"))) void RunChild(
    const ChildPlan& plan) noexcept {
  // Held open, the channel would never end, and this copy of a dead parent would wait for ever.
  ::syscall(SYS_close, plan.parent_end);
  char go = 0;
  if (::syscall(SYS_read, plan.channel, &go, 1) != 1)
    while (true) ::syscall(SYS_exit_group, 127);  // the parent gave up or died

  if (plan.own_session) ::syscall(SYS_setsid);
  ResetSignals();
  RestoreDescriptorLimit();
  for (int standard = 0; standard <= 2; ++standard) ::syscall(SYS_dup3, plan.streams[standard], standard, 0);
  ::syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);
  if (plan.directory != nullptr && ::syscall(SYS_chdir, plan.directory) != 0) Fail(plan, StartStage::kDirectory);
  if (plan.suspended) AwaitResume(plan.channel);
  ::syscall(SYS_execve, plan.path, plan.arguments, plan.environment);
  Fail(plan, StartStage::kExecute);
}

__attribute__((no_sanitize("thread", "address", "undefined"))) pid_t CloneProcess(int group, int& pidfd) noexcept {
  clone_args arguments{};
  arguments.flags = CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  if (group >= 0) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = static_cast<std::uint64_t>(group);
  }
  return static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof(arguments)));
}

}  // namespace winjob::linux_kernel
