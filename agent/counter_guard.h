// Counters that can be trusted: what was read, made to be never less than before.
#pragma once

#include <cstdint>
#include <optional>

#include "winjob/counters.h"

namespace winjob::agent {

/// Watches the readings of one job object. Threads: one at a time.
class CounterGuard {
 public:
  /// A new object: its counters begin anew.
  void Reset() noexcept;

  /// Empties the totals of `counters` that are less than before, and counts them; one that stays less for
  /// kPatience readings is believed, as a new beginning. `page_faults` becomes the total without its wraps at 2^32.
  /// Allocates nothing.
  void Pass(Counters& counters, std::optional<std::uint64_t>& page_faults) noexcept;

  [[nodiscard]] std::uint64_t regressions() const noexcept { return regressions_; }

  static constexpr unsigned kPatience = 10;

 private:
  void PassPageFaults(std::optional<std::uint32_t> raw, bool doubtful, std::optional<std::uint64_t>& total) noexcept;

  std::optional<Counters> last_;  // the greatest values
  std::optional<std::uint32_t> last_faults_;
  std::uint64_t faults_ = 0;
  unsigned doubtful_ = 0;         // readings in a row with less in them
  unsigned doubtful_faults_ = 0;  // the same for page faults
  std::uint64_t regressions_ = 0;
};

}  // namespace winjob::agent
