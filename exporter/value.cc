#include "exporter/value.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

namespace winjob::exporter {
namespace {

char* WriteText(std::string_view text, char* out) noexcept {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* WriteTicks(std::int64_t ticks, char* out) noexcept {
  constexpr int kDigits = 7;  // of a 100 ns tick
  std::uint64_t magnitude = static_cast<std::uint64_t>(ticks);
  if (ticks < 0) {
    *out++ = '-';
    magnitude = 0 - magnitude;
  }
  constexpr std::uint64_t kPerSecond = Ticks::kPerSecond;
  out = std::to_chars(out, out + 20, magnitude / kPerSecond).ptr;
  std::uint64_t fraction = magnitude % kPerSecond;
  if (fraction == 0) return out;
  *out++ = '.';
  for (int i = kDigits - 1; i >= 0; --i, fraction /= 10) out[i] = static_cast<char>('0' + fraction % 10);
  char* end = out + kDigits;
  while (end[-1] == '0') --end;
  return end;
}

char* WriteReal(double value, char* out) noexcept {
  if (std::isnan(value)) return WriteText("NaN", out);
  if (std::isinf(value)) return WriteText(value > 0 ? "+Inf" : "-Inf", out);
  return std::to_chars(out, out + Value::kMaxText, value).ptr;
}

}  // namespace

char* WriteValue(const Value& value, char* out) noexcept {
  switch (value.kind_) {
    case Value::Kind::kInteger: return std::to_chars(out, out + Value::kMaxText, value.integer_).ptr;
    case Value::Kind::kTicks: return WriteTicks(value.ticks_, out);
    case Value::Kind::kReal: return WriteReal(value.real_, out);
    case Value::Kind::kAbsent: break;
  }
  return out;
}

}  // namespace winjob::exporter
