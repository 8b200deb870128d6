#include <windows.h>

#include "bench/enter.h"

namespace winjob::bench {

void EnterKernel() noexcept {
  FILETIME created, ended, kernel, user;
  GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &user);
}

}  // namespace winjob::bench
