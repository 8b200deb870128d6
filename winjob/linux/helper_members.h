// The members of a job as its helper process sees them: all its descendants, since orphans of the job become its
// children. Bare system calls only.
#pragma once

#include <sys/types.h>

#include <array>

#include "winjob/linux/fd.h"

namespace winjob::linux_kernel {

class HelperMembers {
 public:
  /// Remembers where the exit code of a child is to be told. Beyond the room it stays unknown.
  void Expect(pid_t child, Fd channel) noexcept;

  /// Reaps what has ended and tells exit codes. True when a member is left.
  [[nodiscard]] bool Reap() noexcept;

  /// Kills until no member is left, a few seconds at most. A job that forks faster than it is walked may survive.
  void KillAll() noexcept;

 private:
  struct Expected {
    pid_t child = 0;
    Fd channel;
  };

  std::array<Expected, 1024> expected_;
  std::array<pid_t, 16384> walk_;
};

}  // namespace winjob::linux_kernel
