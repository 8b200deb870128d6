// How much of job objects this machine offers to this process, decided once, and why not more.
#pragma once

#include <string>
#include <string_view>

#include "winjob/linux/controllers.h"

namespace winjob::linux_kernel {

enum class Level {
  kProcess,  ///< a helper process per job
  kCore,     ///< groups of a writable cgroup2 tree
  kFull,     ///< the same, with every controller and the events of single groups
};

struct Platform {
  Level level = Level::kProcess;
  std::string reason;       ///< why the level is not higher
  std::string directory;    ///< in groups: the directory that holds the groups of jobs
  std::string path;         ///< in groups: the same directory as /proc/<pid>/cgroup shows it
  Controllers controllers;  ///< in groups: also below level full, those that are there are used

  [[nodiscard]] bool has_groups() const noexcept { return level != Level::kProcess; }
};

/// The level in force. The first call looks at the mounts, and takes the controllers of a pure version 2 tree over,
/// which may move this program into a group of its own (see TakeUnified). WINJOB_LINUX_LEVEL chooses a lower level:
/// process, or core without controllers.
[[nodiscard]] const Platform& CurrentPlatform() noexcept;

/// What a path, as /proc/<pid>/cgroup shows it, has below the directory of all jobs; empty outside of that.
[[nodiscard]] std::string_view BelowFolder(std::string_view path) noexcept;

}  // namespace winjob::linux_kernel
