// Counts that the kernel keeps for a group while somebody looks: processes started by members, and page faults. Exact
// also for processes too short to be seen, since the kernel counts at the event itself.
#pragma once

#include <system_error>
#include <vector>

#include "winjob/linux/fd.h"
#include "winjob/linux/group_marks.h"

namespace winjob::linux_kernel {

class PerfCounters {
 public:
  /// Begins to count the group of `directory`. Where the kernel or a filter does not allow it, nothing is counted and
  /// that is no error. Cost: two descriptors per CPU. Errors: kTooManyOpenFiles, kNotEnoughMemory.
  [[nodiscard]] std::error_code Open(int directory);

  /// Makes sure that what counts can also record starts and ends. It does not from the beginning, since the kernel
  /// looks at each event that can whenever any process of the machine begins or ends. Errors as for Open.
  [[nodiscard]] std::error_code Record(int directory);
  /// The descriptors, one per CPU, whose rings record from then on while somebody maps them (PerfRing).
  [[nodiscard]] std::vector<int> recorders() const;

  [[nodiscard]] bool counts_page_faults() const noexcept { return counts_page_faults_; }
  [[nodiscard]] bool counts_processes() const noexcept { return counts_processes_; }

  /// The counts since Open. Allocates nothing. Cost: one call per CPU. The answer is 0 or errno.
  [[nodiscard]] int Read(Totals& since_open) const noexcept;

 private:
  struct Pair {
    int cpu = 0;
    bool records = false;
    Fd page_faults{};  // leads the pair: one read answers both
    Fd processes{};
  };

  /// Opens the pair for its CPU; `records` says how.
  [[nodiscard]] static int OpenPair(int directory, Pair& pair) noexcept;
  [[nodiscard]] int ReadPair(const Pair& pair, Totals& counted) const noexcept;
  [[nodiscard]] int Replace(Pair& pair, Pair successor) noexcept;

  std::vector<Pair> pairs_;
  Totals before_;  // what the pairs in use have not counted, but those that they replaced
  bool counts_page_faults_ = false;
  bool counts_processes_ = false;
};

}  // namespace winjob::linux_kernel
