// Making, finding, joining and removing the groups of version 1.
#include "winjob/linux/controller_groups.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <set>

#include "winjob/error.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/group_files.h"
#include "winjob/linux/group_marks.h"
#include "winjob/linux/group_tree.h"

namespace winjob::linux_kernel {
namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

/// A new group of the cpuset hierarchy has no processors and no memory, and takes no members before it does.
int CopyCpuset(const std::string& from, const std::string& to) {
  const Fd source = OpenAt(AT_FDCWD, from.c_str(), kDirectory);
  const Fd target = OpenAt(AT_FDCWD, to.c_str(), kDirectory);
  if (!source || !target) return errno;
  for (const char* file : {"cpuset.cpus", "cpuset.mems"}) {
    char text[4096];
    const Fd effective = OpenAt(source.get(), file, O_RDONLY);
    const std::string_view value = effective ? ReadFromStart(effective.get(), text) : std::string_view();
    if (value.empty()) return errno != 0 ? errno : EINVAL;
    if (const int error = WriteAt(target.get(), file, value)) return error;
  }
  return 0;
}

int MakeDirectory(Controller controller, const std::string& parent, const std::string& path) {
  if (::mkdir(path.c_str(), 0755) != 0) return errno;
  return controller == Controller::kCpuset ? CopyCpuset(parent, path) : 0;
}

/// Newcomers are rare: a descriptor of cgroup.procs for each group would be kept for nothing. The answer is 0 or errno.
int MoveInto(int directory, pid_t id) noexcept {
  const Fd processes = OpenAt(directory, "cgroup.procs", O_WRONLY);
  return processes ? MoveProcess(processes.get(), id) : errno;
}

/// The folder of all jobs in the controller's hierarchy. One that is removed meanwhile counts as made.
std::error_code MakeFolder(const ControllerPlace& place, Controller controller, std::string& folder) {
  folder = place.folder();
  const int error = MakeDirectory(controller, place.parent, folder);
  return FromErrno(error != EEXIST && error != ENOENT ? error : 0);
}

}  // namespace

std::error_code ControllerGroups::Open(GroupsPlace place) {
  place_ = std::move(place);
  for (std::size_t i = 0; i < kControllerCount; ++i) {
    char path[kMaxGroupPath];
    if (!ReadGroupPath(place_.marks, i, path)) continue;
    if (const std::error_code error = OpenGroup(static_cast<Controller>(i), path)) return error;
  }
  return {};
}

std::error_code ControllerGroups::OpenGroup(Controller controller, const std::string& path) {
  Fd group = OpenAt(AT_FDCWD, path.c_str(), kDirectory);
  if (!group) return LastError();
  const std::lock_guard lock(mutex_);
  directories_[static_cast<std::size_t>(controller)] = std::move(group);
  return {};
}

/// A group of this name that no mark names is what a program left that died while it made it. The folder goes with the
/// last job of any program, perhaps in this very moment.
std::error_code ControllerGroups::Make(Controller controller, std::string& path) {
  constexpr int kAttempts = 10;
  int error = ENOENT;
  for (int attempt = 0; attempt < kAttempts && error == ENOENT; ++attempt) {
    std::string folder;
    if (const std::error_code failed = place_.folder
                                           ? place_.folder(controller, folder)
                                           : MakeFolder(At(*place_.controllers, controller), controller, folder))
      return failed;
    path = folder + "/" + place_.name;
    if (path.size() >= kMaxGroupPath) return Win32Error::kFilenameTooLong;
    error = MakeDirectory(controller, folder, path);
    if (error == EEXIST && ::rmdir(path.c_str()) == 0) error = MakeDirectory(controller, folder, path);
  }
  if (error == 0) error = WriteGroupPath(place_.marks, static_cast<std::size_t>(controller), path.c_str());
  if (error != 0) ::rmdir(path.c_str());
  return FromErrno(error);
}

std::error_code ControllerGroups::Need(Controller controller, const std::function<std::vector<pid_t>()>& list) {
  const auto index = static_cast<std::size_t>(controller);
  if (version(controller) == 0) return Win32Error::kNotSupported;
  if (version(controller) == 2 || directory(controller) >= 0) return {};
  char marked[kMaxGroupPath];
  if (ReadGroupPath(place_.marks, index, marked))
    return OpenGroup(controller, marked);  // made by another, with all in it
  std::string path;
  if (const std::error_code error = Make(controller, path)) return error;
  if (const std::error_code error = OpenGroup(controller, path)) return error;

  // A child that a member not yet moved forks meanwhile is in the next list.
  std::set<pid_t> moved;
  for (bool more = true; more;) {
    more = false;
    for (const pid_t id : list()) {
      if (!moved.insert(id).second) continue;
      more = true;
      const int error = MoveInto(directories_[index].get(), id);
      if (error != 0 && error != ESRCH) return FromErrno(error);
    }
  }
  return {};
}

int ControllerGroups::directory(Controller controller) const noexcept {
  if (version(controller) == 2) return place_.unified;
  const std::lock_guard lock(mutex_);
  return directories_[static_cast<std::size_t>(controller)].get();
}

int ControllerGroups::MoveIn(pid_t id) const noexcept {
  const std::lock_guard lock(mutex_);
  for (const Fd& directory : directories_)
    if (directory)
      if (const int error = MoveInto(directory.get(), id)) return error;
  return 0;
}

void RemoveControllerGroup(char* path) noexcept {
  constexpr int kAttempts = 200;
  constexpr timespec kPause{0, 5'000'000};
  for (int attempt = 0; attempt < kAttempts && ::rmdir(path) != 0 && errno == EBUSY; ++attempt) {
    if (attempt > 0) ::nanosleep(&kPause, nullptr);
    if (const Fd group = OpenAt(AT_FDCWD, path, kDirectory)) RemoveBelow(group.get());
  }
  char* const slash = std::strrchr(path, '/');
  if (slash == nullptr) return;
  *slash = '\0';
  if (std::string_view(path).ends_with(ControllerPlace::kFolder)) ::rmdir(path);  // an outer job's own group stays
}

void RemoveControllerGroups(int marks) noexcept {
  for (std::size_t i = 0; i < kControllerCount; ++i) {
    char path[kMaxGroupPath];
    if (ReadGroupPath(marks, i, path)) RemoveControllerGroup(path);
  }
}

}  // namespace winjob::linux_kernel
