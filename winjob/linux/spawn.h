// Starting a process, the parent's side: born in its group where the kernel can do that, else moved there before its
// program begins.
#pragma once

#include <sys/types.h>

#include <functional>
#include <system_error>

#include "winjob/linux/child.h"
#include "winjob/linux/fd.h"
#include "winjob/linux/program.h"

namespace winjob::linux_kernel {

/// Where a new process belongs.
struct Placement {
  int group = -1;      ///< directory of the group it is born in; -1: the caller's
  int processes = -1;  ///< cgroup.procs of a group to move it to, -1: none
  int home = -1;       ///< its group's directory, -1: none; a child frozen there cannot tell how its start went
};

struct Spawned {
  Fd pidfd;
  pid_t id = 0;
};

/// Called when the process exists, in its group, and waits to become its program. Its answer is 0, or an errno that
/// ends the start.
struct Placed {
  int (*call)(void* context, pid_t id) = nullptr;
  void* context = nullptr;
};

/// Starts what the plan says (its channel is made here). Number 0 is success. Bare system calls only. Stage kFork with
/// ENOSYS: the kernel or a filter refuses birth into a group.
[[nodiscard]] ChildFailure Launch(ChildPlan plan, const Placement& placement, Placed placed, Spawned& spawned) noexcept;

/// Starts the program. Errors: those of Prepare as far as they show only now, kBadExeFormat, kNoSystemResources,
/// kNotSupported when birth into a group is refused.
[[nodiscard]] std::error_code Spawn(const Program& program, const Placement& placement,
                                    const std::function<int(pid_t)>& placed, Spawned& spawned) noexcept;

}  // namespace winjob::linux_kernel
