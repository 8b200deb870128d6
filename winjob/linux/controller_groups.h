// The directories in which the controllers of one job work: the job's own group where a controller is of version 2, a
// group of the same name in the controller's hierarchy where it is of version 1.
#pragma once

#include <sys/types.h>

#include <array>
#include <functional>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

#include "winjob/linux/controllers.h"
#include "winjob/linux/fd.h"

namespace winjob::linux_kernel {

/// Finds the directory, of version 1, that the group of a job is to stand in, and makes it if need be.
using FindFolder = std::function<std::error_code(Controller controller, std::string& folder)>;

/// Where the groups of one job belong.
struct GroupsPlace {
  int marks = -1;                            ///< the job's own directory
  int unified = -1;                          ///< that of its members, in which the controllers of version 2 work
  std::string name;                          ///< of its groups
  FindFolder folder;                         ///< nothing: that of all jobs
  const Controllers* controllers = nullptr;  ///< of this machine
};

/// Any thread.
class ControllerGroups {
 public:
  /// The directories outlive this. Groups that other holders made are found by the mark that they left.
  [[nodiscard]] std::error_code Open(GroupsPlace place);

  /// Makes the controller's group if there is none yet, and moves the members that `list` tells into it.
  /// Errors: kNotSupported when the controller is nowhere to be had.
  [[nodiscard]] std::error_code Need(Controller controller, const std::function<std::vector<pid_t>()>& list);

  /// The directory of the controller's files, -1: none (yet). The same for the life of this object once there is one.
  [[nodiscard]] int directory(Controller controller) const noexcept;
  [[nodiscard]] int version(Controller controller) const noexcept {
    return At(*place_.controllers, controller).version;
  }

  /// Moves a process, and all threads of it, into every group of version 1. The answer is 0 or errno.
  [[nodiscard]] int MoveIn(pid_t id) const noexcept;

 private:
  [[nodiscard]] std::error_code OpenGroup(Controller controller, const std::string& path);
  [[nodiscard]] std::error_code Make(Controller controller, std::string& path);

  GroupsPlace place_;
  mutable std::mutex mutex_;                      // a start must not miss a group that a limit makes meanwhile
  std::array<Fd, kControllerCount> directories_;  // of version 1
};

/// Removes an empty group of version 1, with retries: the kernel may need a moment after the last member's end. So is
/// the folder of all jobs removed if it was the last one there. `path` is changed.
void RemoveControllerGroup(char* path) noexcept;

/// Removes the groups of version 1 that the mark of this job names. Allocates nothing.
void RemoveControllerGroups(int marks) noexcept;

}  // namespace winjob::linux_kernel
