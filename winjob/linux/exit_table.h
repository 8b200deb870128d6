// The exit codes of processes that ended a moment ago, by id: written by one thread at a time, read by any.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

namespace winjob::linux_kernel {

/// All times are of CLOCK_MONOTONIC, ns.
class ExitTable {
 public:
  /// How long the code of an exit may be on its way.
  static constexpr std::uint64_t kLongest = 200'000'000;

  /// `status`: as of wait(2).
  void Note(std::uint32_t id, std::uint32_t status, std::uint64_t time) noexcept {
    Place(id).store(Milliseconds(time) << kTimeShift | std::uint64_t{id} << kIdShift | (status & kStatusMask),
                    std::memory_order_release);
  }

  /// Codes of exits until then may be missing.
  void NoteLoss(std::uint64_t time) noexcept { lost_.store(time, std::memory_order_release); }

  /// The code of the process that ended at `time`, with 128 and the number of a signal for one that this has ended;
  /// none when it was lost. False: it may still come.
  [[nodiscard]] bool Find(std::uint32_t id, std::uint64_t time, std::uint64_t now,
                          std::optional<std::uint32_t>& code) const noexcept {
    const std::uint64_t entry = Place(id).load(std::memory_order_acquire);
    // An id that was used before has an older time. Times are of one kernel, and begin anew after 18 hours.
    const std::uint64_t later = ((entry >> kTimeShift) - Milliseconds(time)) & kTimeMask;
    code.reset();
    if ((entry >> kIdShift & kIdMask) == id && later < kTimeMask / 2) {
      const auto status = static_cast<std::uint32_t>(entry & kStatusMask);
      const std::uint32_t signal = status & 0x7FU;
      code = signal != 0 ? 128 + signal : status >> 8;
    }
    return code || time <= lost_.load(std::memory_order_acquire) || time + kLongest < now;
  }

 private:
  // Ids follow one another, so they meet in a place only after so many further ones.
  static constexpr std::size_t kPlaces = 16'384;
  static constexpr unsigned kIdShift = 16, kTimeShift = 38;  // ids have 22 bits at the most
  static constexpr std::uint64_t kStatusMask = 0xFFFF, kIdMask = (1U << 22) - 1, kTimeMask = (1U << 26) - 1;

  static std::uint64_t Milliseconds(std::uint64_t time) noexcept { return time / 1'000'000 & kTimeMask; }
  std::atomic<std::uint64_t>& Place(std::uint32_t id) noexcept { return places_[id % kPlaces]; }
  const std::atomic<std::uint64_t>& Place(std::uint32_t id) const noexcept { return places_[id % kPlaces]; }

  std::array<std::atomic<std::uint64_t>, kPlaces> places_{};
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace winjob::linux_kernel
