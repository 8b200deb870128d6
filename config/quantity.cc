#include "config/quantity.h"

#include <charconv>
#include <cmath>

namespace winjob::config {
namespace {

struct Unit {
  std::string_view name;
  double milliseconds;
};
constexpr Unit kUnits[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
constexpr double kMaxMilliseconds = 24.0 * 24 * 3'600'000;  // what 32 bits of milliseconds hold, as Windows waits

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

}  // namespace

Result<std::chrono::milliseconds, std::string> ParseDuration(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number) || number < 0)
    return Quoted(text) + " is not a time; write a number and a unit, such as 500ms, 5s, 2m or 1h";

  const std::string_view unit_name(rest, static_cast<std::size_t>(end - rest));
  if (unit_name.empty()) return Quoted(text) + " has no unit; write " + std::string(text) + "s for seconds";
  for (const Unit& unit : kUnits) {
    if (unit.name != unit_name) continue;
    const double milliseconds = std::round(number * unit.milliseconds);
    if (milliseconds < 1 || milliseconds > kMaxMilliseconds)
      return Quoted(text) + " is out of range; it must be from 1ms to 576h";
    return std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
  }
  return Quoted(text) + " has the unknown unit " + Quoted(unit_name) + "; use ms, s, m or h";
}

}  // namespace winjob::config
