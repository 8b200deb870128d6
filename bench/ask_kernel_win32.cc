#include <windows.h>

#include "bench/ask_kernel.h"

namespace winjob::bench {

void AskKernel() noexcept {
  FILETIME created, ended, kernel, user;
  GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &user);
}

}  // namespace winjob::bench
