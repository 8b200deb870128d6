// A sample's value, typed so that integers are written as integers and times as exact decimal seconds.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

#include "exporter/decimal.h"
#include "winjob/units.h"

namespace winjob::exporter {

/// The value of one sample, or that there is none.
class Value {
 public:
  enum class Kind : std::uint8_t { kAbsent, kInteger, kTicks, kReal };

  constexpr Value() noexcept : kind_(Kind::kAbsent), integer_(0) {}
  constexpr Value(std::uint64_t value) noexcept : kind_(Kind::kInteger), integer_(value) {}  // NOLINT: implicit
  constexpr Value(Ticks value) noexcept : kind_(Kind::kTicks), ticks_(value.count()) {}      // NOLINT: by design
  constexpr Value(double value) noexcept : kind_(Kind::kReal), real_(value) {}               // NOLINT

  [[nodiscard]] constexpr Kind kind() const noexcept { return kind_; }

  /// The number itself, as another model of metrics has it; 0 when absent. Integers above 2^53 are rounded.
  [[nodiscard]] double AsReal() const noexcept;

  /// The most characters that WriteValue overwrites, used or not.
  static constexpr int kMaxText = 40;

 private:
  friend char* WriteValue(const Value& value, char* out) noexcept;
  Kind kind_;
  union {
    std::uint64_t integer_;
    std::int64_t ticks_;
    double real_;
  };
};

/// What may not be known: absent then.
template <class T>
[[nodiscard]] constexpr Value From(const std::optional<T>& field) noexcept {
  if (!field) return {};
  if constexpr (std::same_as<T, Bytes>) return field->count();
  if constexpr (std::integral<T>) return std::uint64_t{*field};
  if constexpr (std::same_as<T, Ticks>) return *field;
}

/// Writes ticks as seconds, exactly, without trailing zeros, and returns the end.
char* WriteTicks(Ticks ticks, char* out) noexcept;

/// Writes the shortest text that reads back equal, or NaN, +Inf or -Inf, and returns the end.
char* WriteReal(double value, char* out) noexcept;

/// Writes a present value as both formats have it and returns the end.
/// Source: https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md
inline char* WriteValue(const Value& value, char* out) noexcept {
  switch (value.kind_) {
    case Value::Kind::kInteger: return WriteInteger(value.integer_, out);
    case Value::Kind::kTicks:
      if (value.ticks_ >= 0) return WriteTenMillionths(static_cast<std::uint64_t>(value.ticks_), out);
      return WriteTicks(Ticks(value.ticks_), out);
    case Value::Kind::kReal: return WriteReal(value.real_, out);
    case Value::Kind::kAbsent: break;
  }
  return out;
}

}  // namespace winjob::exporter
