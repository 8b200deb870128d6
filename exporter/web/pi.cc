#include "exporter/web/pi.h"

namespace winjob::exporter::web {
namespace {

// A number below 2^32 in fixed point: the integer part first, then 32 bits of the fraction at a time.
using Fixed = std::vector<std::uint32_t>;

// Divides by a small number, from the first word that is not 0 on. Gives the new first such word.
std::size_t Divide(const Fixed& from, std::uint32_t divisor, std::size_t first, Fixed& to) {
  std::uint64_t rest = 0;
  for (std::size_t i = first; i < from.size(); ++i) {
    rest = (rest << 32) | from[i];
    to[i] = static_cast<std::uint32_t>(rest / divisor);
    rest %= divisor;
  }
  while (first < to.size() && to[first] == 0) ++first;
  return first;
}

void Add(Fixed& sum, const Fixed& term, std::size_t first) {
  std::uint64_t carry = 0;
  for (std::size_t i = sum.size(); i-- > 0 && (i >= first || carry != 0);) {
    carry += std::uint64_t{sum[i]} + (i >= first ? term[i] : 0);
    sum[i] = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
}

void Subtract(Fixed& sum, const Fixed& term, std::size_t first) {
  std::uint64_t borrow = 0;
  for (std::size_t i = sum.size(); i-- > 0 && (i >= first || borrow != 0);) {
    const std::uint64_t taken = borrow + (i >= first ? term[i] : 0);
    borrow = sum[i] < taken ? 1 : 0;
    sum[i] = static_cast<std::uint32_t>(sum[i] - taken);
  }
}

// Adds sign * factor * arctan(1 / x), by the series of arctan.
void AddArcTangent(Fixed& sum, std::uint32_t factor, std::uint32_t x, bool negative) {
  Fixed power(sum.size());
  Fixed term(sum.size());
  power[0] = factor;
  std::size_t first = Divide(power, x, 0, power);
  for (std::uint32_t odd = 1; first < power.size(); odd += 2) {
    const std::size_t term_first = Divide(power, odd, first, term);
    const bool minus = negative != (odd % 4 == 3);
    minus ? Subtract(sum, term, term_first) : Add(sum, term, term_first);
    first = Divide(power, x * x, first, power);
  }
}

}  // namespace

std::vector<std::uint32_t> FractionOfPi(std::size_t words) {
  constexpr std::size_t kGuard = 2;  // words that take up the rounding of some thousand terms
  Fixed pi(1 + words + kGuard);
  AddArcTangent(pi, 16, 5, false);  // Machin, 1706
  AddArcTangent(pi, 4, 239, true);
  return {pi.begin() + 1, pi.begin() + 1 + static_cast<std::ptrdiff_t>(words)};
}

}  // namespace winjob::exporter::web
