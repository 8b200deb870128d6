#include "winjob/last_error.h"

#include <windows.h>

#include "winjob/error.h"

namespace winjob::kernel {

std::error_code LastError() noexcept { return {static_cast<int>(GetLastError()), Win32Category()}; }

}  // namespace winjob::kernel
