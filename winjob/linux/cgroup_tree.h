// Where the cgroup2 tree is mounted and where in it this process stands, read from /proc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace winjob::linux_kernel {

/// One mount of a tree of groups.
struct CgroupMount {
  std::string root;       ///< which group of the tree stands at the mount point
  std::string point;      ///< the mount point
  std::string options{};  ///< of the tree, parted by commas; for a version 1 hierarchy they name its controllers

  /// The path, as /proc/<pid>/cgroup shows it, of a group below the mount point ("" is the mount point itself).
  [[nodiscard]] std::string PathOf(std::string_view below) const;
};

/// The cgroup2 mounts of a mountinfo text, in its order. Lines that cannot be read are left out.
/// Source: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
[[nodiscard]] std::vector<CgroupMount> ParseMounts(std::string_view mountinfo);

/// The same for the mounts of version 1 hierarchies.
[[nodiscard]] std::vector<CgroupMount> ParseHierarchies(std::string_view mountinfo);

/// The path of a /proc/<pid>/cgroup text in the version 1 hierarchy of this controller; empty when there is none.
[[nodiscard]] std::string_view ParseHierarchyPath(std::string_view cgroup, std::string_view controller) noexcept;

/// The cgroup2 path of a /proc/<pid>/cgroup text, without the mark of a removed group; empty when there is none.
[[nodiscard]] std::string_view ParseOwnPath(std::string_view cgroup) noexcept;

/// The whole text of a file of /proc; empty when it cannot be read.
[[nodiscard]] std::string ReadProcFile(const char* path);

}  // namespace winjob::linux_kernel
