// The checksum by carry-less multiplication, in place of crc32.cc on x86-64: 64 bytes at a time are folded onto the
// next 64, which leaves the remainder by the polynomial as it is; what is left is short, and zlib's to finish. Source:
// V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009
#include <immintrin.h>
#include <zlib.h>

#include "exporter/crc32.h"
#include "exporter/processor.h"

namespace winjob::exporter {
namespace {

constexpr std::size_t kLane = 16;
constexpr std::size_t kLanes = 4;

std::uint32_t Library(std::uint32_t crc, const char* data, std::size_t size) noexcept {
  return static_cast<std::uint32_t>(crc32_z(crc, reinterpret_cast<const Bytef*>(data), size));
}

__m128i Load(const char* data) noexcept { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(data)); }

/// `lane` multiplied by x^distance, the distance being that of `powers`, added to what stands there.
__m128i Fold(__m128i lane, __m128i powers, __m128i there) noexcept {
  const __m128i low = _mm_clmulepi64_si128(lane, powers, 0x00);
  const __m128i high = _mm_clmulepi64_si128(lane, powers, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), there);
}

std::uint32_t FoldingCrc32(std::uint32_t crc, const char* data, std::size_t size) noexcept {
  // x^(8 * 64 + 32) and x^(8 * 64 - 32) modulo the polynomial, bits reversed; then the same for 16 bytes.
  const __m128i four_lanes = _mm_set_epi64x(0x01'C6E4'1596, 0x01'5444'2BD4);
  const __m128i one_lane = _mm_set_epi64x(0x00'CCAA'009E, 0x01'7519'97D0);
  __m128i lanes[kLanes];
  for (std::size_t i = 0; i < kLanes; ++i) lanes[i] = Load(data + i * kLane);
  lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi32_si128(static_cast<int>(~crc)));
  data += kLanes * kLane;
  size -= kLanes * kLane;
  for (; size >= kLanes * kLane; data += kLanes * kLane, size -= kLanes * kLane)
    for (std::size_t i = 0; i < kLanes; ++i) lanes[i] = Fold(lanes[i], four_lanes, Load(data + i * kLane));
  for (std::size_t i = 1; i < kLanes; ++i) lanes[i] = Fold(lanes[i - 1], one_lane, lanes[i]);
  __m128i rest = lanes[kLanes - 1];
  for (; size >= kLane; data += kLane, size -= kLane) rest = Fold(rest, one_lane, Load(data));

  char last[kLane];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(last), rest);
  constexpr std::uint32_t kNothingYet = 0xFFFF'FFFF;  // zlib's way to say a remainder of zero
  return Library(Library(kNothingYet, last, kLane), data, size);
}

}  // namespace

std::uint32_t Crc32(std::uint32_t crc, const char* data, std::size_t size) noexcept {
  static const bool folds = ProcessorMultipliesWithoutCarries();
  return folds && size >= kLanes * kLane ? FoldingCrc32(crc, data, size) : Library(crc, data, size);
}

}  // namespace winjob::exporter
