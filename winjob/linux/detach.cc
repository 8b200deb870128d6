// Leaving the parent's session, signals and descriptors.
#include "winjob/linux/detach.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

namespace winjob::linux_kernel {

void Detach(const char* name, std::span<const int> keep) noexcept {
  constexpr int kMost = 4;
  ::setsid();
  ::prctl(PR_SET_NAME, name);
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);

  int moved[kMost] = {};
  int count = 0;
  for (const int descriptor : keep.first(keep.size() < kMost ? keep.size() : kMost))
    moved[count++] = ::fcntl(descriptor, F_DUPFD, kMost);  // out of the way of those that are placed first
  for (int i = 0; i < count; ++i) ::dup2(moved[i], i);
  ::syscall(SYS_close_range, count, ~0U, 0);
  if (::chdir("/") != 0) return;  // it stays where it was, which keeps that directory's file system busy: no harm else
}

}  // namespace winjob::linux_kernel
