// Limits that Linux keeps with each process: set on every member, and inherited by the processes that it starts.
#pragma once

#include <sys/types.h>

#include <functional>
#include <system_error>
#include <vector>

#include "winjob/linux/held_limits.h"

namespace winjob::linux_kernel {

/// What holds for a process in both jobs, as far as SetMember sets it: the stricter of the two.
[[nodiscard]] HeldLimits Stricter(const HeldLimits& one, const HeldLimits& other) noexcept;

/// Brings one process from `before` to `after`: RLIMIT_DATA, RLIMIT_CORE and the nice value. Only soft limits are set,
/// since a hard one could never be raised again without a privilege. What is taken off becomes what this program has.
/// The answer is 0 or errno; 0 too when the process has gone.
[[nodiscard]] int SetMember(pid_t id, const HeldLimits& before, const HeldLimits& after) noexcept;

/// The same for all members, also those that are forked meanwhile; back to `before` when one refuses.
[[nodiscard]] std::error_code SetMembers(const std::function<std::vector<pid_t>()>& list, const HeldLimits& before,
                                         const HeldLimits& after);

/// Whether this is one of Windows's numbers for a priority class.
[[nodiscard]] bool IsPriorityClass(std::uint32_t number) noexcept;

/// Whether this program may give processes the priority that the limits have.
[[nodiscard]] bool MaySetPriority(const HeldLimits& limits) noexcept;

}  // namespace winjob::linux_kernel
