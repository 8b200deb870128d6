// The groups of a job and of the jobs nested in it. The members of a nested job are in a group below those of the outer
// job, so that whatever the kernel counts, limits, freezes or kills in the outer group reaches them.
#pragma once

#include <dirent.h>
#include <sys/syscall.h>

#include <string_view>

#include "winjob/linux/controllers.h"
#include "winjob/linux/fd.h"
#include "winjob/linux/group_files.h"

namespace winjob::linux_kernel {

/// Where the members of a job are that are in no job nested below it, once there are such jobs and controllers of
/// version 2: a group that hands those on may hold no process itself. No job's encoded name is equal to it.
inline constexpr const char* kLeaf = "members";

/// Opens the group that a job's members are in. `directory` is the job's own, `flags` as for a directory.
[[nodiscard]] Fd OpenPlace(int directory) noexcept;

/// Opens the cgroup.procs by which newcomers enter the group of `place`: its leaf's, if it has one.
[[nodiscard]] Fd OpenEntry(int place) noexcept;

/// Calls `visit(name)` for every group right below that of `directory`. Allocates nothing. The answer is 0 or errno.
template <class Visit>
[[nodiscard]] int ForEachGroup(int directory, Visit&& visit) noexcept {
  const Fd listing = OpenAt(directory, ".", O_RDONLY | O_DIRECTORY);  // a reading has its place in the descriptor
  if (!listing) return errno;
  alignas(dirent64) char buffer[4096];
  while (true) {
    const long size = ::syscall(SYS_getdents64, listing.get(), buffer, sizeof(buffer));
    if (size <= 0) return size == 0 ? 0 : errno;
    for (long at = 0; at < size;) {
      const auto* const entry = reinterpret_cast<const dirent64*>(buffer + at);
      at += entry->d_reclen;
      if (entry->d_type == DT_DIR && entry->d_name[0] != '.') visit(entry->d_name);
    }
  }
}

/// Calls `visit(number)` for every process in the group and below it. Groups that vanish meanwhile have none. Allocates
/// nothing. The answer is 0 or errno.
template <class Visit>
[[nodiscard]] int ForEachProcessBelow(int directory, Visit& visit) noexcept {
  const Fd processes = OpenAt(directory, "cgroup.procs", O_RDONLY);
  if (!processes) return errno == ENOENT || errno == ENODEV ? 0 : errno;
  const int own = ForEachProcess(processes.get(), visit);
  int error = own == ENODEV ? 0 : own;
  const int listed = ForEachGroup(directory, [&](const char* name) {
    const Fd below = OpenAt(directory, name, O_RDONLY | O_DIRECTORY);
    if (const int failed = below ? ForEachProcessBelow(below.get(), visit) : 0; failed != 0) error = failed;
  });
  return error != 0 ? error : listed == ENOENT || listed == ENODEV ? 0 : listed;
}

/// Removes the groups below that of `directory`, the innermost first, but for those with processes in them, those more
/// than `depth` below, and jobs: a program that is in a job itself has its own jobs in a folder below that. Allocates
/// nothing.
void RemoveBelow(int directory, int depth = 32) noexcept;

/// Makes the group ready to have others below it that the controllers work in: where there are controllers of version
/// 2, its own processes step into its leaf, also those that are forked meanwhile. The answer is 0 or errno.
[[nodiscard]] int MakeRoom(int place, const Controllers& controllers) noexcept;

/// The encoded name of the innermost job that a group belongs to, by its path below the folder of all jobs ("a/b",
/// "a/members"). It points into `path`.
[[nodiscard]] std::string_view JobOf(std::string_view path) noexcept;

}  // namespace winjob::linux_kernel
