// Which of a job's commands that were killed a limit has ended: on Linux the kernel kills for a limit as anyone does,
// by SIGKILL, and adds to a count of the job.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace winjob::agent {

/// The exit code of a Linux process that was killed, or of a shell whose command was.
inline constexpr std::uint32_t kKilledCode = 137;

/// Threads: one at a time.
class LimitKills {
 public:
  /// At each poll: how many of the commands that were found `killed` at it were so by a limit, by the job's total of
  /// processes that limits `ended`. The kernel counts before the process is gone: what rose at the poll before counts,
  /// too. A kill by someone else is taken for the limit's when that kills another member at the same time.
  [[nodiscard]] std::uint64_t Match(std::uint64_t killed, std::optional<std::uint64_t> ended) noexcept {
    const std::uint64_t risen = ended && seen_ && *ended > *seen_ ? *ended - *seen_ : 0;
    if (ended) seen_ = ended;
    const std::uint64_t matched = std::min(killed, before_ + risen);
    before_ = risen - std::min(risen, matched - std::min(matched, before_));
    return matched;
  }

  /// Begins with another job, whose total is not known.
  void Reset() noexcept { *this = {}; }

 private:
  std::optional<std::uint64_t> seen_;
  std::uint64_t before_ = 0;  // of the poll before, and not matched
};

}  // namespace winjob::agent
