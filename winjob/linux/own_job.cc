// The caller's own job on Linux: the group that it runs in, if that is a job's.
#include "winjob/own_job.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "winjob/linux/cgroup_tree.h"
#include "winjob/linux/fd.h"
#include "winjob/linux/group_marks.h"
#include "winjob/linux/group_tree.h"
#include "winjob/linux/jobs.h"
#include "winjob/linux/level.h"
#include "winjob/linux/process.h"

namespace winjob::kernel {

std::error_code QueryOwnJob(bool& member, std::uint32_t& flags) noexcept {
  const linux_kernel::Platform& platform = linux_kernel::CurrentPlatform();
  flags = 0;
  member = false;
  if (!platform.has_groups()) {
    const linux_kernel::Process self(linux_kernel::Fd(), ::getpid(), 0, false);
    return linux_kernel::IsInAnyJob(self, member);
  }
  const std::string text = linux_kernel::ReadProcFile("/proc/self/cgroup");
  std::string_view group = linux_kernel::ParseOwnPath(text);
  const std::string folder = platform.path + "/";
  member = group.starts_with(folder);
  if (!member) return {};
  group.remove_prefix(folder.size());
  const std::string directory = platform.directory + "/" + std::string(linux_kernel::JobOf(group));
  const linux_kernel::Fd job = linux_kernel::OpenAt(AT_FDCWD, directory.c_str(), O_RDONLY | O_DIRECTORY);
  if (job) flags = linux_kernel::ReadLimitFlags(job.get());
  return {};
}

}  // namespace winjob::kernel
