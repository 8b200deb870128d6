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

  /// The descriptors, one per CPU, whose rings record starts and ends while somebody maps them (PerfRing).
  [[nodiscard]] std::vector<int> recorders() const;

  [[nodiscard]] bool counts_page_faults() const noexcept { return !cpus_.empty(); }
  [[nodiscard]] bool counts_processes() const noexcept { return counts_processes_; }

  /// The counts since Open. Allocates nothing. Cost: one call per CPU. The answer is 0 or errno.
  [[nodiscard]] int Read(Totals& since_open) const noexcept;

 private:
  struct Cpu {
    Fd page_faults;  // leads the pair: one read answers both; records, too
    Fd processes;
  };

  std::vector<Cpu> cpus_;
  bool counts_processes_ = false;
};

}  // namespace winjob::linux_kernel
