// The calling thread's last Win32 error. Windows only.
#pragma once

#include <system_error>

namespace winjob::kernel {

/// What the call just made failed with. To be called before anything else, a destructor included, can change it.
[[nodiscard]] std::error_code LastError() noexcept;

}  // namespace winjob::kernel
