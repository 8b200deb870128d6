// Adding up and storing totals.
#include "winjob/linux/group_totals.h"

#include <algorithm>

namespace winjob::linux_kernel {

std::error_code GroupTotals::Open(int marks, int counted) {
  marks_ = marks;
  if (const std::error_code error = counters_.Open(counted)) return error;
  before_ = ReadTotals(marks);
  return {};
}

int GroupTotals::Read(Totals& totals) noexcept {
  const Joined joined = ReadJoined(marks_);
  nesting_ = joined.nesting;
  totals = {joined.starts, 0};
  if (!counters_.counts_page_faults()) return 0;
  Totals counted;
  if (const int error = counters_.Read(counted)) return error;
  Totals inside{before_.processes + counted.processes, before_.page_faults + counted.page_faults};

  // Another program that held the group before us may have stored more since we opened it.
  const Totals stored = ReadTotals(marks_);
  before_.processes += std::max(stored.processes, inside.processes) - inside.processes;
  before_.page_faults += std::max(stored.page_faults, inside.page_faults) - inside.page_faults;
  inside = {before_.processes + counted.processes, before_.page_faults + counted.page_faults};
  if (inside.processes > stored.processes || inside.page_faults > stored.page_faults)
    if (const int error = WriteTotals(marks_, inside)) return error;
  totals = {joined.starts + inside.processes, inside.page_faults};
  return 0;
}

}  // namespace winjob::linux_kernel
