// What a new process does between its birth and its program: the only code that runs in a copy of a program with
// other threads, so it makes bare system calls on what was prepared and touches no lock and no heap.
#pragma once

#include <sys/types.h>

#include <array>

#include "winjob/linux/program.h"

namespace winjob::linux_kernel {

/// Prepared by the parent; plain pointers only.
struct ChildPlan {
  const char* path;
  char* const* arguments;
  char* const* environment;
  const char* directory;                           ///< nullptr: stay
  int channel = -1;                                ///< a socket, see RunChild
  int parent_end = -1;                             ///< its other end, which the child must not hold
  std::array<int, kStandardStreams> streams = {};  ///< descriptors past the standard numbers
  bool suspended = false;
  bool own_session = true;
};

/// What a child reports when it cannot become its program. Number 0: it did.
struct ChildFailure {
  StartStage stage = StartStage::kNone;
  int number = 0;
};

/// Waits for a byte from the parent, then becomes the program: own session, no terminal, default signals, no
/// descriptors but its streams. A ChildFailure goes out when it cannot, and the process ends. One that is to be
/// suspended sends a byte when nothing is left to do, and waits for another; the parent stops it meanwhile.
[[noreturn]] void RunChild(const ChildPlan& plan) noexcept;

/// A fork by bare system call, into the group of the directory `group` unless that is -1. Returns as fork does, with
/// errno; `pidfd` is set in the parent. Handlers and other threads' locks must not matter to the child.
[[nodiscard]] pid_t CloneProcess(int group, int& pidfd) noexcept;

}  // namespace winjob::linux_kernel
