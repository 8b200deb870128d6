// The totals of a group over its whole life: what was counted before, by whoever held it, and what is counted now.
#pragma once

#include <system_error>

#include "winjob/linux/group_marks.h"
#include "winjob/linux/perf_counters.h"

namespace winjob::linux_kernel {

/// The counters die with the program that opened them, so each reading that changed is stored at the group. What
/// happens inside a group between the last reading of its last holder and the next holder is not known and not counted.
/// One thread at a time.
class GroupTotals {
 public:
  /// `marks`: the job's own directory; `counted`: that of its members. Both outlive this.
  [[nodiscard]] std::error_code Open(int marks, int counted);

  /// Makes sure that the counters can record, too. `counted` as for Open.
  [[nodiscard]] std::error_code Record(int counted) { return counters_.Record(counted); }
  [[nodiscard]] const PerfCounters& counters() const noexcept { return counters_; }

  /// Never steps back, also from one program to the next. Where nothing is counted, they are those put in from outside.
  /// Allocates nothing. The answer is 0 or errno.
  [[nodiscard]] int Read(Totals& totals) noexcept;
  /// What the marks said of the job's nesting when the totals were read last.
  [[nodiscard]] std::uint64_t nesting() const noexcept { return nesting_; }

 private:
  int marks_ = -1;
  std::uint64_t nesting_ = 0;
  PerfCounters counters_;
  Totals before_;  // counted inside the group before Open
};

}  // namespace winjob::linux_kernel
