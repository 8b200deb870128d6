// Numbers as decimal digits, eight at a time: a machine word holds one digit a byte, the first in the lowest byte, so
// leading zeros are counted and shifted away without a loop or a branch on the number's length.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace winjob::exporter {

static_assert(std::endian::native == std::endian::little, "eight digits are stored as one little-endian word");

inline constexpr std::uint64_t kTenTo7 = 10'000'000;
inline constexpr std::uint64_t kTenTo8 = 100'000'000;

/// The digits of value < 10^8, each a byte from 0 to 9.
[[nodiscard]] constexpr std::uint64_t EightDigits(std::uint64_t value) noexcept {
  // Two lanes of four digits, then four of two, then eight of one: each step divides all lanes by multiplication.
  const std::uint64_t fours = value / 10'000 | (value % 10'000) << 32;
  const std::uint64_t hundreds = (fours * 10'486 >> 20) & 0x7F'0000'007F;
  const std::uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  const std::uint64_t tens = (twos * 103 >> 10) & 0x000F'000F'000F'000F;
  return tens | (twos - 10 * tens) << 8;
}

/// Writes all eight digits and returns the end.
inline char* WriteEight(std::uint64_t digits, char* out) noexcept {
  const std::uint64_t text = digits | 0x3030'3030'3030'3030;
  std::memcpy(out, &text, sizeof(text));
  return out + sizeof(text);
}

/// Writes the digits without leading zeros, but at least the last one. Overwrites eight characters.
inline char* WriteTrimmed(std::uint64_t digits, char* out) noexcept {
  const int zeros = std::countr_zero(digits | std::uint64_t{1} << 56) / 8;
  WriteEight(digits >> (8 * zeros), out);
  return out + 8 - zeros;
}

/// Writes `value` and returns the end. Overwrites at most 24 characters.
inline char* WriteInteger(std::uint64_t value, char* out) noexcept {
  if (value < kTenTo8) return WriteTrimmed(EightDigits(value), out);
  const std::uint64_t high = value / kTenTo8;
  if (high < kTenTo8) {
    out = WriteTrimmed(EightDigits(high), out);
  } else {
    out = WriteTrimmed(EightDigits(high / kTenTo8), out);
    out = WriteEight(EightDigits(high % kTenTo8), out);
  }
  return WriteEight(EightDigits(value % kTenTo8), out);
}

/// Writes value / 10^7 exactly, without trailing zeros, and returns the end. Overwrites at most 33 characters.
inline char* WriteTenMillionths(std::uint64_t value, char* out) noexcept {
  out = WriteInteger(value / kTenTo7, out);
  const std::uint64_t fraction = EightDigits(value % kTenTo7 * 10);
  *out = '.';
  WriteEight(fraction, out + 1);
  const int digits = 8 - std::countl_zero(fraction) / 8;
  return fraction == 0 ? out : out + 1 + digits;
}

}  // namespace winjob::exporter
