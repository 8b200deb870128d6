#include <cpuid.h>

#include "exporter/processor.h"

namespace winjob::exporter {

bool ProcessorMultipliesWithoutCarries() noexcept {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_PCLMUL) != 0 && (c & bit_SSE4_1) != 0;
}

}  // namespace winjob::exporter
