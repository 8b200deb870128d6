// Reading the hierarchies of version 1, and handing on the controllers of version 2.
#include "winjob/linux/controllers.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>

#include "winjob/linux/cgroup_tree.h"
#include "winjob/linux/fd.h"

namespace winjob::linux_kernel {
namespace {

/// Whether a list parted by `separator` has this word.
bool HasWord(std::string_view list, std::string_view word, char separator) noexcept {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(std::string{separator, '\n'}), list.size());
    if (list.substr(0, end) == word) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

/// 0 or errno. In a group with members some controllers would be handed on, at the price that the groups below it could
/// not hold processes of their own any more: see HasMembers.
int Enable(int directory, std::string_view controller) noexcept {
  char text[16] = "+";
  controller.copy(text + 1, sizeof(text) - 1);
  return WriteAt(directory, "cgroup.subtree_control", std::string_view(text, 1 + controller.size()));
}

/// The root of the whole tree alone may have members and hand controllers on.
bool HasMembers(int base) noexcept {
  if (::faccessat(base, "cgroup.type", F_OK, 0) != 0) return false;
  const Fd members = OpenAt(base, "cgroup.procs", O_RDONLY);
  char text[16];
  return members && !ReadFromStart(members.get(), text).empty();
}

/// Moves this program into a group of its own below `base`. The answer is 0 or errno.
int StepAside(int base) noexcept {
  const char* const leaf = kOwnLeaf.data() + 1;
  if (::mkdirat(base, leaf, 0755) != 0 && errno != EEXIST) return errno;
  const Fd directory = OpenAt(base, leaf, O_RDONLY | O_DIRECTORY);
  return directory ? WriteAt(directory.get(), "cgroup.procs", "0") : errno;
}

/// Whether nobody is in the way of handing controllers on from `base`. This program itself steps aside.
bool IsClear(int base, std::string& reason) {
  const int error = HasMembers(base) ? StepAside(base) : 0;
  if (error != 0) reason = std::string("this program cannot step into a group of its own: ") + std::strerror(error);
  if (error == 0 && HasMembers(base))
    reason = "other processes are in that group: start this program in one of its own";
  return reason.empty();
}

ControllerPlace PlaceOf(const CgroupMount& mount, const std::string& own) {
  const std::string root = mount.root == "/" ? std::string() : mount.root;
  const std::string parent = mount.point + (own.starts_with(root) ? own.substr(root.size()) : own);
  const std::string trimmed = parent.ends_with('/') ? parent.substr(0, parent.size() - 1) : parent;
  if (::faccessat(AT_FDCWD, trimmed.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {1, trimmed, {}};
  if (errno == EROFS) return {0, {}, "its hierarchy " + mount.point + " is read-only"};
  return {0, {}, "not allowed to create groups in " + trimmed};
}

}  // namespace

Controllers FindHierarchies(std::string_view mountinfo, std::string_view cgroup) {
  Controllers controllers;
  const std::vector<CgroupMount> mounts = ParseHierarchies(mountinfo);
  for (std::size_t i = 0; i < kControllerCount; ++i) {
    const std::string_view name = kControllerNames[i].v1;
    controllers[i].reason = "the kernel has it in no mounted hierarchy";
    for (const CgroupMount& mount : mounts)
      if (controllers[i].version == 0 && HasWord(mount.options, name, ','))
        controllers[i] = PlaceOf(mount, std::string(ParseHierarchyPath(cgroup, name)));
  }
  return controllers;
}

void TakeUnified(const std::string& base, Controllers& controllers) {
  const std::string offered = ReadProcFile((base + "/cgroup.controllers").c_str());
  const std::string handed_on = ReadProcFile((base + "/cgroup.subtree_control").c_str());
  const Fd directory = OpenAt(AT_FDCWD, base.c_str(), O_RDONLY | O_DIRECTORY);
  for (std::size_t i = 0; i < kControllerCount; ++i) {
    const std::string_view name = kControllerNames[i].v2;
    if (!HasWord(offered, name, ' ')) continue;
    std::string reason;
    if (!HasWord(handed_on, name, ' ') && IsClear(directory.get(), reason))
      if (const int error = Enable(directory.get(), name)) reason = std::strerror(error);
    if (reason.empty())
      controllers[i] = {2, {}, {}};
    else if (controllers[i].version == 0)
      controllers[i].reason = "cannot be handed on from " + base + ": " + reason;
  }
}

int HandOn(int folder, const Controllers& controllers) noexcept {
  // Memory and disks first: they refuse while there are processes in the group. The others would make it one below
  // which no group could hold a process.
  constexpr Controller kOrder[] = {Controller::kMemory, Controller::kIo, Controller::kCpu, Controller::kPids,
                                   Controller::kCpuset};
  for (const Controller controller : kOrder)
    if (At(controllers, controller).version == 2)
      if (const int error = Enable(folder, kControllerNames[static_cast<std::size_t>(controller)].v2)) return error;
  return 0;
}

}  // namespace winjob::linux_kernel
