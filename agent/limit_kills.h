// Which of a job's processes that were killed a limit has ended: on Linux the kernel kills for a limit as anyone does,
// by SIGKILL, and adds to a count of the job.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace winjob::agent {

/// Threads: one at a time.
class LimitKills {
 public:
  using Clock = std::chrono::steady_clock;

  /// How long a process may take from the kernel's count of it to its end, which takes the return of its memory.
  static constexpr std::chrono::seconds kDying{2};

  /// At each poll: how many of the processes that were found `killed` at it were so by a limit, by the job's total of
  /// processes that limits `ended`. The kernel counts before the process is gone, so a rise of the total goes on to
  /// count at the poll after it, and at further ones within kDying of the last rise. A kill by someone else is taken
  /// for the limit's when that has killed another member shortly before.
  [[nodiscard]] std::uint64_t Match(std::uint64_t killed, std::optional<std::uint64_t> ended,
                                    Clock::time_point now) noexcept {
    const std::uint64_t risen = ended && seen_ && *ended > *seen_ ? *ended - *seen_ : 0;
    if (ended) seen_ = ended;
    if (risen > 0) last_rise_ = now;
    unmatched_ += risen;
    const std::uint64_t matched = std::min(killed, unmatched_);
    unmatched_ -= matched;
    if (risen == 0 && now - last_rise_ > kDying) unmatched_ = 0;
    return matched;
  }

 private:
  std::optional<std::uint64_t> seen_;
  std::uint64_t unmatched_ = 0;
  Clock::time_point last_rise_;
};

}  // namespace winjob::agent
