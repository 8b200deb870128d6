// What of job objects a kernel has, feature by feature: what a configuration can ask for, and what a page can show.
#pragma once

#include <string>
#include <vector>

#include "winjob/capability.h"
#include "winjob/job.h"
#include "winjob/limits.h"

namespace winjob {

struct Feature {
  std::string name;  ///< such as "limits.job_memory", "notify.read_bytes", "counters.user_time", "events.new_process"
  bool has = false;
};

/// Each limit and notification limit under its key in the configuration, each accounting field and event under its
/// name, and what has no key: freeze, peak_memory_reset, extended_accounting, job_list. Always the same names in the
/// same order. That a kernel has a limit does not mean that it holds every value of it. Errors: those of making a job.
/// Cost: some fifty calls on an anonymous job, which is empty and gone afterwards; nothing else is touched.
[[nodiscard]] Result<std::vector<Feature>> ProbeFeatures();

/// Whether the kernel holds this limit on the job, with any value.
[[nodiscard]] bool HoldsLimit(const Job& job, LimitKind limit, const Capabilities& capabilities);

}  // namespace winjob
