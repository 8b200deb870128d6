// Whether it is worth while to ask each started process if it has ended.
#pragma once

namespace winjob::kernel {

/// False when no process that StartProcess made has ended and not been waited for since. Cost: one system call on
/// Linux; elsewhere the answer is always yes.
[[nodiscard]] bool MayHaveEndedChildren() noexcept;

}  // namespace winjob::kernel
