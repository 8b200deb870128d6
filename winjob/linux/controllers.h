// The controllers that limits need: where each one is to be had on this machine, or why it is not.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace winjob::linux_kernel {

enum class Controller : std::uint8_t { kCpu, kMemory, kPids, kCpuset, kIo };
inline constexpr std::size_t kControllerCount = 5;

/// What version 2 and version 1 call a controller.
struct ControllerName {
  std::string_view v2;
  std::string_view v1;
};
inline constexpr std::array<ControllerName, kControllerCount> kControllerNames = {
    {{"cpu", "cpu"}, {"memory", "memory"}, {"pids", "pids"}, {"cpuset", "cpuset"}, {"io", "blkio"}}};

struct ControllerPlace {
  int version = 0;     ///< 2: in the jobs' own groups; 1: in a hierarchy of its own; 0: nowhere
  std::string parent;  ///< version 1: this program's own group there; a folder of jobs below it is made when needed
  std::string reason;  ///< version 0: why

  /// Version 1: the directory that holds the groups of jobs.
  static constexpr std::string_view kFolder = "/winjob";
  [[nodiscard]] std::string folder() const { return parent + std::string(kFolder); }
};
using Controllers = std::array<ControllerPlace, kControllerCount>;

[[nodiscard]] inline const ControllerPlace& At(const Controllers& controllers, Controller controller) noexcept {
  return controllers[static_cast<std::size_t>(controller)];
}

/// The place of each controller of a version 1 hierarchy: below the program's own group, so that the limits of that one
/// hold for the jobs too. `mountinfo` and `cgroup` are the texts of /proc/self.
[[nodiscard]] Controllers FindHierarchies(std::string_view mountinfo, std::string_view cgroup);

/// Hands the controllers that the cgroup2 group `base` has on to the groups below it, and notes them in `controllers`.
/// A group with members, but for the root of the tree, does not: the program itself steps into a leaf, kOwnLeaf, and
/// where others are there, that is the reason why there are none.
void TakeUnified(const std::string& base, Controllers& controllers);

/// The group below its own that a program steps into.
inline constexpr std::string_view kOwnLeaf = "/winjob-agent";

/// Hands all controllers of version 2 on from the directory of all jobs to the jobs. The answer is 0 or errno.
[[nodiscard]] int HandOn(int folder, const Controllers& controllers) noexcept;

}  // namespace winjob::linux_kernel
