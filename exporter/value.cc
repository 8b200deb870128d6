#include "exporter/value.h"

#include <charconv>
#include <cmath>
#include <string_view>

namespace winjob::exporter {
namespace {

static_assert(Ticks::kPerSecond == kTenTo7, "a tick is the seventh decimal of a second");

char* WriteText(std::string_view text, char* out) noexcept {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

}  // namespace

double Value::AsReal() const noexcept {
  switch (kind_) {
    case Kind::kInteger: return static_cast<double>(integer_);
    case Kind::kTicks: return Ticks(ticks_).seconds();
    case Kind::kReal: return real_;
    case Kind::kAbsent: break;
  }
  return 0;
}

char* WriteTicks(Ticks ticks, char* out) noexcept {
  const auto count = static_cast<std::uint64_t>(ticks.count());
  if (ticks.count() >= 0) return WriteTenMillionths(count, out);
  *out++ = '-';
  return WriteTenMillionths(0 - count, out);
}

char* WriteReal(double value, char* out) noexcept {
  // Most reals are whole or have few decimals. No two decimals of up to 15 digits are the same double, so one with up
  // to seven decimals that divides back to `value` is its shortest text. Whole numbers are never written with an
  // exponent.
  constexpr double kFifteenDigits = 1e15;
  constexpr double kWholeNumbers = 9'007'199'254'740'992;  // 2^53: from here on not all of them are doubles
  const double scaled = value * static_cast<double>(kTenTo7);
  if (scaled > 0 && scaled < kFifteenDigits) {
    const auto whole = static_cast<std::uint64_t>(scaled + 0.5);
    if (static_cast<double>(whole) / static_cast<double>(kTenTo7) == value) return WriteTenMillionths(whole, out);
  }
  if (value >= 1 && value < kWholeNumbers) {
    const auto whole = static_cast<std::uint64_t>(value);
    if (static_cast<double>(whole) == value) return WriteInteger(whole, out);
  }
  if (std::isnan(value)) return WriteText("NaN", out);
  if (std::isinf(value)) return WriteText(value > 0 ? "+Inf" : "-Inf", out);
  return std::to_chars(out, out + Value::kMaxText, value).ptr;
}

}  // namespace winjob::exporter
