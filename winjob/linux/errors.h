// Failures of Linux calls as the Win32 numbers that every kernel of this library answers with.
#pragma once

#include <system_error>

namespace winjob::linux_kernel {

/// The Win32 number for an errno; 0 is success and an unlisted one kGenFailure.
[[nodiscard]] std::error_code FromErrno(int number) noexcept;

/// The same for the errno of the call on the line before.
[[nodiscard]] std::error_code LastError() noexcept;

}  // namespace winjob::linux_kernel
