// Where the members of a job are, and what counts them there: the job's own group or, once it is nested, one below the
// outer job's.
#pragma once

#include <string>

#include "winjob/linux/controller_groups.h"
#include "winjob/linux/fd.h"
#include "winjob/linux/group_totals.h"
#include "winjob/linux/group_usage.h"

namespace winjob::linux_kernel {

struct Quarters {
  Fd below;  ///< the directory when it is not the job's own
  int directory = -1;
  std::string path;  ///< as /proc/<pid>/cgroup shows it
  Fd cpu_stat;
  Fd processes;  ///< its place in the list is the reader's
  ControllerGroups groups;
  GroupUsage usage;
  GroupTotals totals;

  /// Whether it is the job's own group.
  [[nodiscard]] bool own() const noexcept { return !below; }

  /// Opens the files of `directory`.
  [[nodiscard]] std::error_code OpenFiles();
  /// Opens what counts in it. `place.unified` is `directory`.
  [[nodiscard]] std::error_code OpenCounters(GroupsPlace place);
};

}  // namespace winjob::linux_kernel
