// The directory of a job's group: its name, its holders and its end. Each program that holds the job keeps a shared
// lock on the directory; whoever can lock it alone is the last.
#pragma once

#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "winjob/linux/fd.h"

namespace winjob::linux_kernel {

/// One program's hold of a group.
struct GroupDirectory {
  std::shared_ptr<const Fd> folder;  ///< the directory of all jobs
  Fd directory;                      ///< the group's, with a shared lock
  std::string path;                  ///< of the folder
  std::string name;                  ///< of the group in it
};

enum class OpenMode { kCreateOrOpen, kOpen };

/// Opens the group, or makes it. A group that nobody holds any more and that is empty is no job any more: it is removed
/// first; so is one whose holders died while kill-on-close was set, after its processes.
/// Errors: kFileNotFound for kOpen, kBusy when another program ends the group and does not finish.
[[nodiscard]] std::error_code OpenGroup(const std::string& folder, const std::string& name, OpenMode mode,
                                        GroupDirectory& group, bool& existed);

/// The names of the groups of the folder that are jobs. Those that are none any more, because their members outlived
/// their holders and ended since, are removed. 0 or errno when the folder cannot be read; that it is not there is no
/// error: nobody has a job.
int SweepGroups(const std::string& folder, std::vector<std::string>& names);

/// Whether the group would be gone but for this hold, which may be given up and taken back on the way.
[[nodiscard]] bool IsHeldForNothing(const GroupDirectory& group) noexcept;

/// Kills all members, nested ones included, and waits, at most a second, until none is left. The answer is 0 or errno.
[[nodiscard]] int KillAndWait(int directory) noexcept;

/// Waits until no member is left, nested ones included. False when there are some after `milliseconds`.
[[nodiscard]] bool WaitUntilEmpty(int directory, int milliseconds) noexcept;

/// Whether the name in the folder still leads to this open directory.
[[nodiscard]] bool IsLinked(int directory, int folder, const char* name) noexcept;

/// Removes the empty group of `directory`, with those of its controllers, the job that it was nested in if nobody holds
/// that any more, and the folder of all jobs if it was the last one. Leaves one that others are nested in: it goes with
/// the last of them. Allocates nothing.
void RemoveGroup(int directory, int folder, const char* folder_path, const char* name) noexcept;

/// Gives up the hold. True when no other program holds the group; it stays locked then until the descriptor closes.
[[nodiscard]] bool LeaveGroup(const GroupDirectory& group) noexcept;

}  // namespace winjob::linux_kernel
