#include <intrin.h>

#include "exporter/processor.h"

namespace winjob::exporter {

bool ProcessorMultipliesWithoutCarries() noexcept {
  constexpr int kPclmulqdq = 1 << 1;
  constexpr int kSse41 = 1 << 19;
  int registers[4];  // EAX, EBX, ECX, EDX
  __cpuid(registers, 1);
  return (registers[2] & kPclmulqdq) != 0 && (registers[2] & kSse41) != 0;
}

}  // namespace winjob::exporter
