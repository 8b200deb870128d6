#include <sys/resource.h>

#include "bench/ask_kernel.h"

namespace winjob::bench {

void AskKernel() noexcept {
  rusage used;
  ::getrusage(RUSAGE_SELF, &used);
}

}  // namespace winjob::bench
