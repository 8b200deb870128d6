// The units that job objects count in, each a type of its own so that no bare integer carries a hidden unit.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

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

/// The system's number for a process. Reused after the process has gone and every handle to it is closed.
enum class ProcessId : std::uint32_t { kNone = 0 };

/// How long a call may wait. `kForever` never times out.
using Timeout = std::chrono::milliseconds;
inline constexpr Timeout kForever = Timeout::max();

}  // namespace winjob
