// How many NEW_PROCESS messages the kernel has lost: the processes that the accounting knows of less those that were
// reported. The two come by different ways and are never of one moment, so a gap counts once it has lasted.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "agent/event_counts.h"

namespace winjob::agent {

/// Threads: one at a time.
class MissedMessages {
 public:
  /// From now on messages come. `total` and `active` are the job's processes as the accounting has them: those that are
  /// active are reported again. `counted` are the messages that came before, which are not of this time.
  void Begin(std::uint64_t total, std::uint64_t active, std::uint64_t counted);

  /// Messages come no longer; what is known stays.
  void End() noexcept {
    watching_ = false;
    gap_ = 0;
  }

  /// The accounting's total, read before the mark was posted.
  void Expect(std::uint64_t mark, std::uint64_t total) noexcept;

  /// What had been reported at a mark.
  void Arrive(const SettledStarts& settled) noexcept;

  /// Never falls. 0 until a gap has lasted.
  [[nodiscard]] std::uint64_t missed() const noexcept { return before_ + now_; }

  /// The gap at the last mark, which may close again.
  [[nodiscard]] std::uint64_t gap() const noexcept { return gap_; }

 private:
  static constexpr std::size_t kWindow = 4;  // of marks over which a gap must last
  struct Expectation {
    std::uint64_t mark = 0;
    std::uint64_t total = 0;
  };

  bool watching_ = false;
  std::uint64_t base_ = 0;  // what the total had when messages began, less those that were then reported again
  std::uint64_t counted_before_ = 0;  // messages of an earlier time
  std::array<Expectation, kWindow> expected_{};
  std::uint64_t last_mark_ = 0;
  std::array<std::uint64_t, kWindow> gaps_{};
  std::size_t gap_count_ = 0;
  std::uint64_t gap_ = 0;
  std::uint64_t before_ = 0;  // in earlier times
  std::uint64_t now_ = 0;
};

}  // namespace winjob::agent
