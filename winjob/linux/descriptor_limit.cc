#include "winjob/linux/descriptor_limit.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace winjob::linux_kernel {
namespace {

// What the program began with. Set before the first child is made.
rlimit before{};
bool raised = false;

}  // namespace

void RaiseDescriptorLimit() noexcept {
  if (raised || ::getrlimit(RLIMIT_NOFILE, &before) != 0) return;
  rlimit most = before;
  most.rlim_cur = before.rlim_max;
  raised = ::setrlimit(RLIMIT_NOFILE, &most) == 0;
}

__attribute__((no_sanitize("thread", "address", "undefined"))) void RestoreDescriptorLimit() noexcept {
  if (raised) ::syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &before, nullptr);
}

}  // namespace winjob::linux_kernel
