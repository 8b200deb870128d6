// What the guardian does after the fork: bare calls only, no heap, since other threads of the parent held who knows
// what.
#include "winjob/linux/guardian.h"

#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <tuple>

#include "winjob/abi.h"
#include "winjob/linux/detach.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/group_files.h"
#include "winjob/linux/group_marks.h"
#include "winjob/linux/perf_event.h"

namespace winjob::linux_kernel {
namespace {

// The descriptors of a guardian.
constexpr int kDirectory = 0;
constexpr int kFolder = 1;
constexpr int kAttempts = 30;  // of a second each: a member may sit in the kernel for a while

using Task = void(const char* folder_path, const char* name) noexcept;

void RemoveIfEmpty(const char* folder_path, const char* name) noexcept {
  if (IsLinked(kDirectory, kFolder, name) && WaitUntilEmpty(kDirectory, 0))
    RemoveGroup(kDirectory, kFolder, folder_path, name);
}

/// The kernel takes a tracepoint's last event away with a grace period of RCU, 5 to 20 ms, in the midst of the exit of
/// the program that dies, and may give up its lock only then. An event of the guardian's makes that one not the last.
Fd KeepTracepoint(std::uint64_t tracepoint) noexcept {
  return tracepoint != 0 ? OpenEvent(EventOf(PERF_TYPE_TRACEPOINT, tracepoint), kDirectory, 0, -1) : Fd();
}

void Guard(const char* folder_path, const char* name) noexcept {
  const Fd event = KeepTracepoint(NewTaskTracepoint());  // the number is known since before the fork
  while (::flock(kDirectory, LOCK_EX) != 0)
    if (errno != EINTR) return;
  if ((ReadLimitFlags(kDirectory) & abi::kLimitKillOnJobClose) != 0)
    for (int attempt = 0; attempt < kAttempts && KillAndWait(kDirectory) == EBUSY; ++attempt) {
    }
  RemoveIfEmpty(folder_path, name);
}

/// Does not lock the group while it waits: whoever opens it meanwhile has it, and ends it.
void Remove(const char* folder_path, const char* name) noexcept {
  if (WaitUntilEmpty(kDirectory, 1000 * kAttempts) && ::flock(kDirectory, LOCK_EX | LOCK_NB) == 0)
    RemoveIfEmpty(folder_path, name);
}

std::error_code Fork(const GroupDirectory& group, Task& task, Fd& pidfd) {
  // A lock belongs to an opening of the directory: the guardian needs one of its own.
  const Fd directory = OpenAt(group.folder->get(), group.name.c_str(), O_RDONLY | O_DIRECTORY);
  if (!directory) return LastError();
  const char* const folder_path = group.path.c_str();
  const char* const name = group.name.c_str();
  const pid_t id = ::fork();
  if (id == 0) {
    const int keep[] = {directory.get(), group.folder->get()};  // become 0 and 1
    Detach("winjob-guardian", keep);
    task(folder_path, name);
    ::_exit(0);
  }
  if (id < 0) return LastError();
  pidfd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
  return pidfd ? std::error_code() : LastError();
}

}  // namespace

std::error_code StartGuardian(const GroupDirectory& group, Fd& pidfd) {
  std::ignore = NewTaskTracepoint();  // finding it out needs memory, which there is none of after the fork
  return Fork(group, Guard, pidfd);
}

std::error_code StartRemover(const GroupDirectory& group, Fd& pidfd) {
  ::flock(group.directory.get(), LOCK_UN);  // the remover may be the first to see the group empty
  return Fork(group, Remove, pidfd);
}

void EndGuardian(Fd pidfd) noexcept {
  constexpr auto kPidfd = static_cast<idtype_t>(3);  // P_PIDFD; older headers lack it
  ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0);
  siginfo_t info{};
  while (::waitid(kPidfd, static_cast<id_t>(pidfd.get()), &info, WEXITED) != 0 && errno == EINTR) {
  }
}

}  // namespace winjob::linux_kernel
