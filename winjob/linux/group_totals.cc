// Adding up and storing totals.
#include "winjob/linux/group_totals.h"

#include <algorithm>

namespace winjob::linux_kernel {

std::error_code GroupTotals::Open(int directory) {
  directory_ = directory;
  if (const std::error_code error = counters_.Open(directory)) return error;
  before_ = ReadTotals(directory);
  return {};
}

int GroupTotals::Read(Totals& totals) noexcept {
  Totals counted;
  if (const int error = counters_.Read(counted)) return error;
  Totals inside{before_.processes + counted.processes, before_.page_faults + counted.page_faults};

  // Another program that held the group before us may have stored more since we opened it.
  const Totals stored = ReadTotals(directory_);
  before_.processes += std::max(stored.processes, inside.processes) - inside.processes;
  before_.page_faults += std::max(stored.page_faults, inside.page_faults) - inside.page_faults;
  inside = {before_.processes + counted.processes, before_.page_faults + counted.page_faults};
  if (inside.processes > stored.processes || inside.page_faults > stored.page_faults)
    if (const int error = WriteTotals(directory_, inside)) return error;
  totals = {inside.processes + ReadStarts(directory_), inside.page_faults};
  return 0;
}

}  // namespace winjob::linux_kernel
