#include <sys/syscall.h>
#include <unistd.h>

#include "bench/enter.h"

namespace winjob::bench {

void EnterKernel() noexcept { ::syscall(SYS_getppid); }

}  // namespace winjob::bench
