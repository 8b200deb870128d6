// A sample's value, typed so that integers are written as integers and times as exact decimal seconds.
#pragma once

#include <cstdint>

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

  /// The most characters that WriteValue writes.
  static constexpr int kMaxText = 32;

 private:
  friend char* WriteValue(const Value& value, char* out) noexcept;
  Kind kind_;
  union {
    std::uint64_t integer_;
    std::int64_t ticks_;
    double real_;
  };
};

/// Writes a present value as the text format has it and returns the end. Ticks become seconds, exactly, without
/// trailing zeros; reals are the shortest text that reads back equal, and NaN, +Inf or -Inf.
/// Source: https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md
char* WriteValue(const Value& value, char* out) noexcept;

}  // namespace winjob::exporter
