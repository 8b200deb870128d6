// What a helper that was forked and runs no program of its own does first: it leaves all that it got from its parent.
#pragma once

#include <span>

namespace winjob::linux_kernel {

/// Own session, own name, all signals blocked (SIGKILL alone ends it early), and no descriptor but those of `keep`,
/// which become 0, 1 and so on. At most four. Bare system calls only.
void Detach(const char* name, std::span<const int> keep) noexcept;

}  // namespace winjob::linux_kernel
