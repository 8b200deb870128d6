// Making, locking and removing groups.
#include "winjob/linux/group_directory.h"

#include <dirent.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>

#include "winjob/abi.h"
#include "winjob/error.h"
#include "winjob/linux/controller_groups.h"
#include "winjob/linux/deadline.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/group_files.h"
#include "winjob/linux/group_marks.h"
#include "winjob/linux/group_tree.h"

namespace winjob::linux_kernel {

bool IsLinked(int directory, int folder, const char* name) noexcept {
  struct stat named {};
  struct stat opened {};
  return ::fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && ::fstat(directory, &opened) == 0 &&
         named.st_ino == opened.st_ino;
}

namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
constexpr Timeout kPatience = std::chrono::seconds(5);  // for another program's removal, which takes at most about one

/// Whether jobs are nested in the group; also when that cannot be told. A group below it that is no job's is one that a
/// member made, or that a program left that died while it nested a job.
bool HasJobs(int directory, int folder) noexcept {
  const auto gone = [](int error) { return error == ENOENT || error == ENODEV; };
  const Fd place = OpenPlace(directory);
  if (!place) return !gone(errno);
  bool any = false;
  const int error = ForEachGroup(place.get(), [&](const char* name) {
    const Fd job = OpenAt(folder, name, kDirectory);
    const Fd home = job ? OpenPlace(job.get()) : Fd();
    any = any || (home ? IsLinked(home.get(), place.get(), name) : !gone(errno));
  });
  return any || (error != 0 && !gone(error));
}

/// Ends what is left of a group without holders. False when it is a job still: it has members that may live on, or jobs
/// nested in it.
bool RemoveAbandoned(const GroupDirectory& group) noexcept {
  const int directory = group.directory.get();
  if (!WaitUntilEmpty(directory, 0)) {
    if ((ReadLimitFlags(directory) & abi::kLimitKillOnJobClose) == 0) return false;
    if (KillAndWait(directory) != 0) return false;
  }
  if (HasJobs(directory, group.folder->get())) return false;
  RemoveGroup(group.directory.get(), group.folder->get(), group.path.c_str(), group.name.c_str());
  return true;
}

/// The directory of jobs at `path`, open once for all who hold one of them. Empty, with errno set, on failure.
std::shared_ptr<const Fd> OpenFolder(const std::string& path) {
  struct Folders {
    std::mutex mutex;  // jobs are opened and listed by any thread
    std::map<std::string, std::weak_ptr<const Fd>, std::less<>> by_path;
  };
  static auto* const folders = new Folders;  // never destroyed: handles may be closed at exit
  const std::lock_guard lock(folders->mutex);
  std::erase_if(folders->by_path, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<const Fd>& known = folders->by_path[path];
  std::shared_ptr<const Fd> folder = known.lock();
  if (folder && IsLinked(folder->get(), AT_FDCWD, path.c_str())) return folder;  // it goes with the last job in it
  Fd opened = OpenAt(AT_FDCWD, path.c_str(), kDirectory);
  if (!opened) return nullptr;
  folder = std::make_shared<const Fd>(std::move(opened));
  known = folder;
  return folder;
}

/// The job in whose group `place` stood may have waited for that to be gone: it goes too if nobody holds it.
void RemoveOuter(int folder, const char* folder_path, char* place) noexcept {
  char* const slash = std::strrchr(place, '/');
  if (slash == nullptr) return;
  *slash = '\0';
  const char* const name = JobOf(place).data();  // the end of `place`, for no job is nested in a leaf
  const Fd outer = OpenAt(folder, name, kDirectory);
  if (!outer || ::flock(outer.get(), LOCK_EX | LOCK_NB) != 0) return;
  if (IsLinked(outer.get(), folder, name) && WaitUntilEmpty(outer.get(), 0))
    RemoveGroup(outer.get(), folder, folder_path, name);
}

enum class Hold { kHeld, kGone, kBusy };

/// Takes the shared lock, by way of the exclusive one where nobody else holds the group.
Hold TakeHold(const GroupDirectory& group, bool made) noexcept {
  const int directory = group.directory.get();
  if (::flock(directory, LOCK_EX | LOCK_NB) == 0) {
    if (!IsLinked(group.directory.get(), group.folder->get(), group.name.c_str()) || (!made && RemoveAbandoned(group)))
      return Hold::kGone;
  }
  if (::flock(directory, LOCK_SH | LOCK_NB) != 0) return Hold::kBusy;  // somebody is removing it
  return IsLinked(group.directory.get(), group.folder->get(), group.name.c_str()) ? Hold::kHeld : Hold::kGone;
}

}  // namespace

std::error_code OpenGroup(const std::string& folder, const std::string& name, OpenMode mode, GroupDirectory& group,
                          bool& existed) {
  const bool create = mode == OpenMode::kCreateOrOpen;
  // Another program may remove the folder or the group between any two of these steps: begin again then.
  for (const Deadline deadline(kPatience); !deadline.Passed();) {
    GroupDirectory made;
    made.path = folder;
    made.name = name;
    if (create && ::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) return LastError();
    made.folder = OpenFolder(folder);
    if (!made.folder && errno == ENOENT && create) continue;
    if (!made.folder) return LastError();

    const bool fresh = create && ::mkdirat(made.folder->get(), name.c_str(), 0755) == 0;
    if (create && !fresh && (errno == ENOENT || errno == ENODEV)) continue;
    if (create && !fresh && errno != EEXIST) return LastError();
    made.directory = OpenAt(made.folder->get(), name.c_str(), kDirectory);
    if (!made.directory && errno == ENOENT && create) continue;
    if (!made.directory) return LastError();

    const Hold hold = TakeHold(made, fresh);
    if (hold == Hold::kHeld) {
      existed = !fresh;
      group = std::move(made);
      return {};
    }
    if (hold == Hold::kGone && !create) return Win32Error::kFileNotFound;
    if (hold == Hold::kBusy) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return Win32Error::kBusy;
}

int SweepGroups(const std::string& folder, std::vector<std::string>& names) {
  const std::shared_ptr<const Fd> parent = OpenFolder(folder);
  DIR* const listing = parent ? ::opendir(folder.c_str()) : nullptr;
  if (listing == nullptr) return errno == ENOENT ? 0 : errno;
  while (const dirent* entry = ::readdir(listing)) {
    if (entry->d_type != DT_DIR || entry->d_name[0] == '.') continue;
    GroupDirectory group;
    group.path = folder;
    group.name = entry->d_name;
    group.folder = parent;
    group.directory = OpenAt(group.folder->get(), entry->d_name, kDirectory);
    if (!group.directory) continue;
    const bool held = ::flock(group.directory.get(), LOCK_EX | LOCK_NB) != 0;
    if (held || !RemoveAbandoned(group)) names.push_back(std::move(group.name));
  }
  ::closedir(listing);
  // The last of the inner jobs takes the outer one along.
  std::erase_if(names, [&](const std::string& name) { return ::faccessat(parent->get(), name.c_str(), F_OK, 0) != 0; });
  return 0;
}

bool IsHeldForNothing(const GroupDirectory& group) noexcept {
  const int directory = group.directory.get();
  const bool alone = ::flock(directory, LOCK_EX | LOCK_NB) == 0;
  const bool kill = (ReadLimitFlags(directory) & abi::kLimitKillOnJobClose) != 0;
  const auto over = [&] { return WaitUntilEmpty(directory, 0) && !HasJobs(directory, group.folder->get()); };
  if (alone && (kill || over())) return true;  // what happens to it is for the close that follows
  // A failed change to the exclusive lock has lost the shared one; who has the exclusive one now is ending the group.
  if (::flock(directory, LOCK_SH | LOCK_NB) != 0) return true;
  return !IsLinked(directory, group.folder->get(), group.name.c_str());
}

bool WaitUntilEmpty(int directory, int milliseconds) noexcept {
  const Fd place = OpenPlace(directory);
  const Fd events = OpenAt(place.get(), "cgroup.events", O_RDONLY);
  const Deadline deadline{Timeout(milliseconds)};
  GroupState state;
  while (events && ReadGroupState(events.get(), state) == 0 && state.populated) {
    if (deadline.Passed()) return false;
    pollfd changed{events.get(), POLLPRI, 0};
    ::poll(&changed, 1, deadline.Remaining());
  }
  return true;
}

int KillAndWait(int directory) noexcept {
  const Fd place = OpenPlace(directory);
  if (const int error = WriteAt(place.get(), "cgroup.kill", "1")) return error;
  return WaitUntilEmpty(directory, 1000) ? 0 : EBUSY;
}

void RemoveGroup(int directory, int folder, const char* folder_path, const char* name) noexcept {
  char place[kMaxGroupPath];
  const bool inner = ReadPlace(directory, place);
  if (HasJobs(directory, folder)) return;  // it goes with the last job that is nested in it
  RemoveControllerGroups(directory);       // first: the mark that names them ends with the group
  if (const Fd opened = OpenPlace(directory)) RemoveBelow(opened.get());
  if (inner) ::rmdir(place);
  if (::unlinkat(folder, name, AT_REMOVEDIR) != 0) return;
  if (inner) RemoveOuter(folder, folder_path, place);
  ::rmdir(folder_path);  // not empty is the usual case
}

bool LeaveGroup(const GroupDirectory& group) noexcept {
  // A failed change to the exclusive lock loses the shared one, which is what leaving means.
  return ::flock(group.directory.get(), LOCK_EX | LOCK_NB) == 0 &&
         IsLinked(group.directory.get(), group.folder->get(), group.name.c_str());
}

}  // namespace winjob::linux_kernel
