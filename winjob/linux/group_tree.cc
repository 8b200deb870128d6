// Finding the places of members, and making leaves.
#include "winjob/linux/group_tree.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <tuple>

#include "winjob/linux/group_marks.h"

namespace winjob::linux_kernel {
namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY;

/// Moves all processes from the one group into the other until none is left. A child that is forked meanwhile is born
/// in the first one.
int MoveAll(int from, int to) noexcept {
  constexpr int kAttempts = 1000;  // against members that fork all the time
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    int error = 0;
    bool any = false;
    const int listed = ForEachProcess(from, [&](std::uint64_t number) {
      const int moved = MoveProcess(to, static_cast<pid_t>(number));
      any = true;
      if (moved != 0 && moved != ESRCH) error = moved;
    });
    if (error != 0 || listed != 0 || !any) return error != 0 ? error : listed;
  }
  return EBUSY;
}

}  // namespace

Fd OpenPlace(int directory) noexcept {
  char place[kMaxGroupPath];
  return ReadPlace(directory, place) ? OpenAt(AT_FDCWD, place, kDirectory) : OpenAt(directory, ".", kDirectory);
}

Fd OpenEntry(int place) noexcept {
  const Fd leaf = OpenAt(place, kLeaf, kDirectory);
  return OpenAt(leaf ? leaf.get() : place, "cgroup.procs", O_RDWR);
}

void RemoveBelow(int directory, int depth) noexcept {
  constexpr std::string_view kFolder = ControllerPlace::kFolder.substr(1);
  std::ignore = ForEachGroup(directory, [&](const char* name) {
    const Fd group = name != kFolder && depth > 0 ? OpenAt(directory, name, kDirectory) : Fd();
    if (group) RemoveBelow(group.get(), depth - 1);
    ::unlinkat(directory, name, AT_REMOVEDIR);
  });
}

int MakeRoom(int place, const Controllers& controllers) noexcept {
  bool unified = false;
  for (const ControllerPlace& controller : controllers) unified = unified || controller.version == 2;
  if (!unified) return 0;
  if (::mkdirat(place, kLeaf, 0755) != 0 && errno != EEXIST) return errno;
  const Fd own = OpenAt(place, "cgroup.procs", O_RDONLY);
  const Fd leaf = OpenEntry(place);
  if (!own || !leaf) return errno;
  constexpr int kAttempts = 10;  // against those who start a process in it meanwhile
  int error = EBUSY;
  for (int attempt = 0; attempt < kAttempts && error == EBUSY; ++attempt) {
    if (const int failed = MoveAll(own.get(), leaf.get())) return failed;
    error = HandOn(place, controllers);
  }
  return error;
}

std::string_view JobOf(std::string_view path) noexcept {
  const auto last = [&] { return path.substr(path.rfind('/') + 1); };
  if (last() == kLeaf) path.remove_suffix(std::min(path.size(), last().size() + 1));
  return last();
}

}  // namespace winjob::linux_kernel
