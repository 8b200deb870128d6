// The guardian of a job with kill-on-close: a small process that ends the job's processes when all holders are gone,
// also when they were killed and could close nothing. One of another kind finishes what a close had no patience for.
#pragma once

#include <system_error>

#include "winjob/linux/fd.h"
#include "winjob/linux/group_directory.h"

namespace winjob::linux_kernel {

/// Forks a guardian, a child of this program in a session of its own, that waits to lock the group alone. When it can,
/// it kills the members, if the group is marked for it then, removes the group, and ends.
[[nodiscard]] std::error_code StartGuardian(const GroupDirectory& group, Fd& pidfd);

/// Gives up the hold and forks one that waits, for half a minute at most, until the members are gone that a close could
/// not wait for. It removes the group then if nobody holds it.
[[nodiscard]] std::error_code StartRemover(const GroupDirectory& group, Fd& pidfd);

/// Ends a guardian of this program and reaps it.
void EndGuardian(Fd pidfd) noexcept;

}  // namespace winjob::linux_kernel
