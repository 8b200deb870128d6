// The units that job objects count in, each a type of its own so that no bare integer carries a hidden unit.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>

namespace winjob {

/// A span of processor time as the kernel counts it: units of 100 ns.
class Ticks {
 public:
  static constexpr std::int64_t kPerSecond = 10'000'000;

  constexpr Ticks() noexcept = default;
  explicit constexpr Ticks(std::int64_t count) noexcept : count_(count) {}

  [[nodiscard]] constexpr std::int64_t count() const noexcept { return count_; }
  [[nodiscard]] constexpr double seconds() const noexcept {
    return static_cast<double>(count_) / static_cast<double>(kPerSecond);
  }
  friend constexpr auto operator<=>(Ticks, Ticks) noexcept = default;

 private:
  std::int64_t count_ = 0;
};

/// An amount of memory or of data transferred, in bytes.
class Bytes {
 public:
  constexpr Bytes() noexcept = default;
  explicit constexpr Bytes(std::uint64_t count) noexcept : count_(count) {}

  [[nodiscard]] constexpr std::uint64_t count() const noexcept { return count_; }
  friend constexpr auto operator<=>(Bytes, Bytes) noexcept = default;

 private:
  std::uint64_t count_ = 0;
};

/// A whole number that cannot be built out of its range.
template <class Tag, std::uint32_t kLeast, std::uint32_t kMost>
class Ranged {
 public:
  static constexpr std::uint32_t kMin = kLeast;
  static constexpr std::uint32_t kMax = kMost;

  [[nodiscard]] static constexpr std::optional<Ranged> From(std::uint64_t value) noexcept {
    if (value < kMin || value > kMax) return std::nullopt;
    return Ranged(static_cast<std::uint32_t>(value));
  }
  [[nodiscard]] constexpr std::uint32_t value() const noexcept { return value_; }
  friend constexpr auto operator<=>(Ranged, Ranged) noexcept = default;

 private:
  explicit constexpr Ranged(std::uint32_t value) noexcept : value_(value) {}
  std::uint32_t value_;
};

/// A job's share of the processor time that jobs compete for; a job without one counts as 5.
using CpuWeight = Ranged<struct CpuWeightTag, 1, 9>;

/// How long the time slices of a job's threads are; a job without one counts as 5.
using SchedulingClass = Ranged<struct SchedulingClassTag, 0, 9>;

/// The code point that marks a job's packets for quality of service (RFC 2474).
using Dscp = Ranged<struct DscpTag, 0, 0x3F>;

/// A share of all processors of the machine, in hundredths of a percent: 1 to 10'000.
class CpuRate {
 public:
  static constexpr std::uint32_t kWhole = 10'000;

  [[nodiscard]] static constexpr std::optional<CpuRate> FromHundredths(std::uint64_t value) noexcept {
    if (value < 1 || value > kWhole) return std::nullopt;
    return CpuRate(static_cast<std::uint32_t>(value));
  }

  /// Rounds to the nearest rate, up to the smallest one. Empty unless 0 < percent <= 100.
  [[nodiscard]] static constexpr std::optional<CpuRate> FromPercent(double percent) noexcept {
    return FromShare(percent / 100);
  }

  /// So many of the machine's processors (kernel::ProcessorCount(), which counts all processor groups). Rounds as
  /// FromPercent does. Empty unless 0 < cores <= processors.
  [[nodiscard]] static constexpr std::optional<CpuRate> FromCores(double cores, std::uint32_t processors) noexcept {
    if (processors == 0) return std::nullopt;
    return FromShare(cores / processors);
  }

  [[nodiscard]] constexpr std::uint32_t hundredths() const noexcept { return value_; }
  [[nodiscard]] constexpr double percent() const noexcept { return value_ / 100.0; }
  [[nodiscard]] constexpr double cores(std::uint32_t processors) const noexcept {
    return static_cast<double>(value_) * processors / kWhole;
  }
  friend constexpr auto operator<=>(CpuRate, CpuRate) noexcept = default;

 private:
  explicit constexpr CpuRate(std::uint32_t value) noexcept : value_(value) {}

  static constexpr std::optional<CpuRate> FromShare(double share) noexcept {
    if (!(share > 0 && share <= 1)) return std::nullopt;
    const auto rounded = static_cast<std::uint32_t>(share * kWhole + 0.5);
    return CpuRate(rounded > 0 ? rounded : 1);
  }

  std::uint32_t value_;
};

/// The system's number for a process. Reused after the process has gone and every handle to it is closed.
enum class ProcessId : std::uint32_t { kNone = 0 };

/// The system's number for a thread.
enum class ThreadId : std::uint32_t { kNone = 0 };

/// How long a call may wait. `kForever` never times out.
using Timeout = std::chrono::milliseconds;
inline constexpr Timeout kForever = Timeout::max();

}  // namespace winjob
