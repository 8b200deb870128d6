// The choice of the level: the first cgroup2 mount in which groups can be made.
#include "winjob/linux/level.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "winjob/linux/cgroup_tree.h"
#include "winjob/linux/descriptor_limit.h"

namespace winjob::linux_kernel {
namespace {

bool Writable(const std::string& path, int mode) noexcept {
  return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0;
}

/// A group can be made at the mount's root (names then hold wherever the caller stands in the tree) or, where only a
/// part of the tree was handed to this user, in the caller's own group.
bool Choose(const CgroupMount& mount, Platform& platform) {
  constexpr std::string_view kFolder = "/winjob";
  std::string below;
  if (!Writable(mount.point, W_OK | X_OK)) {
    const int error = errno;
    const std::string own(ParseOwnPath(ReadProcFile("/proc/self/cgroup")));
    const std::string root = mount.PathOf("");
    if (own.size() > root.size() && own.starts_with(root)) below = own.substr(root.size());
    if (error == EROFS) {
      platform.reason = "the cgroup tree " + mount.point + " is read-only";
      return false;
    }
    // Moving a process needs the right to write cgroup.procs of the group that both places have in common.
    const std::string directory = mount.point + below;
    if (below.empty() || !Writable(directory, W_OK | X_OK) || !Writable(directory + "/cgroup.procs", W_OK)) {
      platform.reason = "not allowed to create groups in " + mount.point;
      return false;
    }
  }
  platform = {Level::kCore, "limits through controllers are not implemented yet",
              mount.point + below + std::string(kFolder), mount.PathOf(below + std::string(kFolder))};
  return true;
}

Platform Detect() {
  RaiseDescriptorLimit();
  Platform platform;
  const char* wish = std::getenv("WINJOB_LINUX_LEVEL");
  if (wish != nullptr && std::string_view(wish) == "process") {
    platform.reason = "chosen by WINJOB_LINUX_LEVEL=process";
    return platform;
  }
  platform.reason = "no cgroup2 tree is mounted";
  for (const CgroupMount& mount : ParseMounts(ReadProcFile("/proc/self/mountinfo")))
    if (Choose(mount, platform)) break;
  return platform;
}

}  // namespace

const Platform& CurrentPlatform() noexcept {
  static const Platform platform = Detect();
  return platform;
}

}  // namespace winjob::linux_kernel
