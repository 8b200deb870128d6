#include "config/quantity.h"

#include <charconv>
#include <cmath>
#include <span>

namespace winjob::config {
namespace {

struct Unit {
  std::string_view name;
  double scale;
};

// A kind of quantity: its units, and how it is spoken of.
struct Kind {
  std::string_view what;      // "a time"
  std::string_view examples;  // of what would be right
  std::string_view suggest;   // a unit, and its meaning, for a number without one
  std::string_view list;      // of the units
  std::span<const Unit> units;
  double least, most;
  std::string_view range;
};

constexpr Unit kTimeUnits[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
constexpr Unit kSizeUnits[] = {{"B", 1},
                               {"kB", 1e3},
                               {"MB", 1e6},
                               {"GB", 1e9},
                               {"TB", 1e12},
                               {"KiB", 1024},
                               {"MiB", 1024.0 * 1024},
                               {"GiB", 1024.0 * 1024 * 1024},
                               {"TiB", 1024.0 * 1024 * 1024 * 1024}};
constexpr Unit kRateUnits[] = {{"B/s", 1},
                               {"kB/s", 1e3},
                               {"MB/s", 1e6},
                               {"GB/s", 1e9},
                               {"KiB/s", 1024},
                               {"MiB/s", 1024.0 * 1024},
                               {"GiB/s", 1024.0 * 1024 * 1024}};
constexpr Unit kShareUnits[] = {{"%", 1}};
constexpr Unit kNoUnit[] = {{"", 1}};

constexpr double kMaxSize = 16.0 * 1024 * 1024 * 1024 * 1024 * 1024;

constexpr Kind kDuration{"a time", "500ms, 5s, 2m or 1h", "s for seconds", "ms, s, m or h", kTimeUnits,
                         // what 32 bits of milliseconds hold, as Windows waits
                         1, 24.0 * 24 * 3'600'000, "1ms to 576h"};
constexpr Kind kCpuTime{"a time", "30s, 90m or 2h",      "s for seconds", "ms, s, m or h", kTimeUnits,
                        1,        100'000.0 * 3'600'000, "1ms to 100000h"};
constexpr Kind kSize{
    "a size", "64KiB, 512MiB or 8GiB", "MiB for mebibytes", "B, kB, MB, GB, TB, KiB, MiB, GiB or TiB", kSizeUnits, 1,
    kMaxSize, "1B to 16384TiB"};
constexpr Kind kByteRate{"a rate",
                         "500kB/s or 10MB/s",
                         "MB/s for megabytes per second",
                         "B/s, kB/s, MB/s, GB/s, KiB/s, MiB/s or GiB/s",
                         kRateUnits,
                         1,
                         kMaxSize,
                         "1B/s to 16384TiB/s"};
constexpr Kind kShare{"a share", "50% or 0.5%", "% for percent", "%", kShareUnits, 0.01, 100, "0.01% to 100%"};
constexpr Kind kCores{"a number of processors", "2 or 0.5", "", "none", kNoUnit, 0.01, 4096, "0.01 to 4096"};

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// The quantity in its smallest unit.
Result<double, std::string> Parse(std::string_view text, const Kind& kind) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number) || number < 0)
    return Quoted(text) + " is not " + std::string(kind.what) + "; write " +
           (kind.suggest.empty() ? "" : "a number and a unit, such as ") + std::string(kind.examples);

  const std::string_view unit_name(rest, static_cast<std::size_t>(end - rest));
  if (unit_name.empty() && !kind.suggest.empty())
    return Quoted(text) + " has no unit; write " + std::string(text) + std::string(kind.suggest);
  for (const Unit& unit : kind.units) {
    if (unit.name != unit_name) continue;
    const double value = number * unit.scale;
    if (value < kind.least || value > kind.most)
      return Quoted(text) + " is out of range; it must be from " + std::string(kind.range);
    return value;
  }
  return Quoted(text) + " has the unknown unit " + Quoted(unit_name) + "; use " + std::string(kind.list);
}

}  // namespace

Result<std::chrono::milliseconds, std::string> ParseDuration(std::string_view text) {
  const auto value = Parse(text, kDuration);
  if (!value) return value.error();
  return std::chrono::milliseconds(std::llround(*value));
}

Result<Ticks, std::string> ParseCpuTime(std::string_view text) {
  const auto value = Parse(text, kCpuTime);
  if (!value) return value.error();
  return Ticks(std::llround(*value * (Ticks::kPerSecond / 1000.0)));
}

Result<Bytes, std::string> ParseSize(std::string_view text) {
  const auto value = Parse(text, kSize);
  if (!value) return value.error();
  return Bytes(static_cast<std::uint64_t>(std::llround(*value)));
}

Result<Bytes, std::string> ParseByteRate(std::string_view text) {
  const auto value = Parse(text, kByteRate);
  if (!value) return value.error();
  return Bytes(static_cast<std::uint64_t>(std::llround(*value)));
}

Result<CpuRate, std::string> ParseShare(std::string_view text) {
  const auto value = Parse(text, kShare);
  if (!value) return value.error();
  return *CpuRate::FromPercent(*value);
}

Result<double, std::string> ParseCores(std::string_view text) { return Parse(text, kCores); }

Result<std::uint64_t, std::string> ParseInteger(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const std::string_view digits = hex ? text.substr(2) : text;
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, value, hex ? 16 : 10);
  if (error == std::errc::invalid_argument || rest != end)
    return Quoted(text) + " is not a whole number; write one from " + std::to_string(least) + " to " +
           std::to_string(most);
  if (error != std::errc() || value < least || value > most)
    return Quoted(text) + " is out of range; it must be from " + std::to_string(least) + " to " + std::to_string(most);
  return value;
}

}  // namespace winjob::config
