// The caller's own job on Windows.
#include "winjob/own_job.h"

#include <windows.h>

#include "winjob/last_error.h"

namespace winjob::kernel {

std::error_code QueryOwnJob(bool& member, std::uint32_t& flags) noexcept {
  BOOL inside = FALSE;
  flags = 0;
  if (!::IsProcessInJob(GetCurrentProcess(), nullptr, &inside)) return LastError();
  member = inside != FALSE;
  if (!member) return {};
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  // No handle means the job of the caller, the innermost one.
  if (!QueryInformationJobObject(nullptr, JobObjectExtendedLimitInformation, &limits, sizeof(limits), nullptr))
    return LastError();
  flags = limits.BasicLimitInformation.LimitFlags;
  return {};
}

}  // namespace winjob::kernel
