// The choice of the level: the first cgroup2 mount in which groups can be made.
#include "winjob/linux/level.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "winjob/linux/cgroup_tree.h"
#include "winjob/linux/descriptor_limit.h"
#include "winjob/linux/fd.h"
#include "winjob/linux/perf_event.h"

namespace winjob::linux_kernel {
namespace {

bool Writable(const std::string& path, int mode) noexcept {
  return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0;
}

/// Whether the tree is what is seen at the mount point: another mount may cover it.
bool IsSeen(const CgroupMount& mount) noexcept {
  struct statfs system {};
  return ::statfs(mount.point.c_str(), &system) == 0 && system.f_type == CGROUP2_SUPER_MAGIC;
}

/// A group can be made at the mount's root (names then hold wherever the caller stands in the tree) or, where only a
/// part of the tree was handed to this user, in the caller's own group.
bool Choose(const CgroupMount& mount, Platform& platform) {
  constexpr std::string_view kFolder = "/winjob";
  std::string below;
  if (!IsSeen(mount)) {
    platform.reason = "the cgroup tree at " + mount.point + " cannot be reached, another mount covers it";
    return false;
  }
  if (!Writable(mount.point, W_OK | X_OK)) {
    const int error = errno;
    std::string own(ParseOwnPath(ReadProcFile("/proc/self/cgroup")));
    if (own.ends_with(kOwnLeaf)) own.resize(own.size() - kOwnLeaf.size());  // where this program or its parent stepped
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
  platform = {
      Level::kCore, {}, mount.point + below + std::string(kFolder), mount.PathOf(below + std::string(kFolder)), {}};
  return true;
}

/// Whether events can be counted for single groups.
bool HasGroupEvents(const std::string& directory) noexcept {
  const Fd group = OpenAt(AT_FDCWD, directory.c_str(), O_RDONLY | O_DIRECTORY);
  const std::span<const int> cpus = OnlineCpus();
  const perf_event_attr attributes = EventOf(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS);
  return group && !cpus.empty() && OpenEvent(attributes, group.get(), cpus.front(), -1);
}

/// Finds the controllers, and with them whether the level is full.
void AddControllers(Platform& platform) {
  const std::string base = platform.directory.substr(0, platform.directory.rfind('/'));
  platform.controllers = FindHierarchies(ReadProcFile("/proc/self/mountinfo"), ReadProcFile("/proc/self/cgroup"));
  TakeUnified(base, platform.controllers);
  for (std::size_t i = 0; i < kControllerCount; ++i) {
    if (platform.controllers[i].version != 0) continue;
    platform.reason += platform.reason.empty() ? "" : "; ";
    platform.reason.append("no controller ")
        .append(kControllerNames[i].v2)
        .append(": " + platform.controllers[i].reason);
  }
  if (!HasGroupEvents(base))
    platform.reason += std::string(platform.reason.empty() ? "" : "; ") + "no perf events of single groups";
  if (platform.reason.empty()) platform.level = Level::kFull;
}

Platform Detect() {
  RaiseDescriptorLimit();
  Platform platform;
  const char* variable = std::getenv("WINJOB_LINUX_LEVEL");
  const std::string_view wish = variable != nullptr ? variable : "";
  if (wish == "process") {
    platform.reason = "chosen by WINJOB_LINUX_LEVEL=process";
    return platform;
  }
  platform.reason = "no cgroup2 tree is mounted";
  for (const CgroupMount& mount : ParseMounts(ReadProcFile("/proc/self/mountinfo")))
    if (Choose(mount, platform)) break;
  if (!platform.has_groups()) return platform;
  if (wish == "core") {
    platform.reason = "chosen by WINJOB_LINUX_LEVEL=core";
    for (ControllerPlace& place : platform.controllers) place.reason = "left out by WINJOB_LINUX_LEVEL=core";
  } else {
    AddControllers(platform);
  }
  return platform;
}

}  // namespace

const Platform& CurrentPlatform() noexcept {
  static const Platform platform = Detect();
  return platform;
}

std::string_view BelowFolder(std::string_view path) noexcept {
  const std::string& folder = CurrentPlatform().path;
  return path.starts_with(folder) && path.substr(folder.size()).starts_with('/') ? path.substr(folder.size() + 1)
                                                                                 : std::string_view();
}

}  // namespace winjob::linux_kernel
