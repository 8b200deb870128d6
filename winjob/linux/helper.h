// The helper process of one job (level "process"): parent of all members, owner of the job's name.
#pragma once

#include <sys/types.h>

namespace winjob::linux_kernel {

/// Forks the helper, a child of this program, which serves those who connect to `listener` and ends when no connection
/// and no member is left. The answer is its process id, or -1 with errno.
[[nodiscard]] pid_t ForkHelper(int listener) noexcept;

}  // namespace winjob::linux_kernel
