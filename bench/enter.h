// A system call that does nothing.
#pragma once

namespace winjob::bench {

/// Goes into this machine's kernel and back.
void EnterKernel() noexcept;

}  // namespace winjob::bench
