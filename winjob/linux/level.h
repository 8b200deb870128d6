// How much of job objects this machine offers to this process, decided once, and why not more.
#pragma once

#include <string>

namespace winjob::linux_kernel {

enum class Level {
  kCore,     ///< groups of a writable cgroup2 tree
  kProcess,  ///< a helper process per job
};

struct Platform {
  Level level = Level::kProcess;
  std::string reason;     ///< why the level is not higher
  std::string directory;  ///< core: the directory that holds the groups of jobs
  std::string path;       ///< core: the same directory as /proc/<pid>/cgroup shows it
};

/// The level in force. The first call looks at the mounts; WINJOB_LINUX_LEVEL=process chooses the lower level.
[[nodiscard]] const Platform& CurrentPlatform() noexcept;

}  // namespace winjob::linux_kernel
