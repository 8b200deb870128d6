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

/// Any thread.
class ControllerGroups {
 public:
  /// `unified` is the job's directory, which outlives this; `name` the group's name. Groups that other holders made are
  /// found by the mark that they left.
  [[nodiscard]] std::error_code Open(int unified, const std::string& name, const Controllers& controllers);

  /// Makes the controller's group if there is none yet, and moves the members that `list` tells into it.
  /// Errors: kNotSupported when the controller is nowhere to be had.
  [[nodiscard]] std::error_code Need(Controller controller, const std::function<std::vector<pid_t>()>& list);

  /// The directory of the controller's files, -1: none (yet). The same for the life of this object once there is one.
  [[nodiscard]] int directory(Controller controller) const noexcept;
  [[nodiscard]] int version(Controller controller) const noexcept { return At(*controllers_, controller).version; }

  /// Moves a process, and all threads of it, into every group of version 1. The answer is 0 or errno.
  [[nodiscard]] int MoveIn(pid_t id) const noexcept;

 private:
  [[nodiscard]] std::error_code OpenGroup(Controller controller, const std::string& path);
  [[nodiscard]] std::error_code Make(Controller controller, std::string& path);

  int unified_ = -1;
  std::string name_;
  const Controllers* controllers_ = nullptr;
  mutable std::mutex mutex_;                      // a start must not miss a group that a limit makes meanwhile
  std::array<Fd, kControllerCount> directories_;  // of version 1
};

/// Removes the groups of version 1 that the mark of this job names, with retries: the kernel may need a moment after
/// the last member's end. Allocates nothing.
void RemoveControllerGroups(int unified) noexcept;

}  // namespace winjob::linux_kernel
