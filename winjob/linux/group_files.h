// The files of a group: their texts as numbers. All readers use kept descriptors and allocate nothing.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string_view>

#include "winjob/linux/fd.h"

namespace winjob::linux_kernel {

/// The number that follows `key` and a blank at the start of a line.
/// Source: https://docs.kernel.org/admin-guide/cgroup-v2.html (flat keyed files)
[[nodiscard]] std::optional<std::uint64_t> KeyedNumber(std::string_view text, std::string_view key) noexcept;

struct CpuTimes {
  std::uint64_t user_usec = 0;
  std::uint64_t system_usec = 0;
};
/// Reads cpu.stat, which counts ended members too. The answer is 0 or errno.
[[nodiscard]] int ReadCpuTimes(int cpu_stat, CpuTimes& times) noexcept;

/// Writes a process's number into an open cgroup.procs, which moves it and all its threads. The answer is 0 or errno.
[[nodiscard]] int MoveProcess(int processes, pid_t id) noexcept;

struct GroupState {
  bool populated = false;
  bool frozen = false;
};
/// Reads cgroup.events. The answer is 0 or errno.
[[nodiscard]] int ReadGroupState(int events, GroupState& state) noexcept;

/// Calls `visit(number)` for each line of cgroup.procs. The answer is 0 or errno. One reader at a time: the kernel
/// keeps the place of a reading in the descriptor. Cost: a call for each 4 KiB, which is some 500 processes.
template <std::size_t kRoom = 4096, class Visit>
[[nodiscard]] int ForEachProcess(int processes, Visit&& visit) noexcept {
  char buffer[kRoom];
  constexpr std::size_t kLongestLine = 16;
  std::uint64_t number = 0;
  for (off_t at = 0; true;) {
    const ssize_t size = ::pread(processes, buffer, sizeof(buffer), at);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno;
    for (const char c : std::string_view(buffer, static_cast<std::size_t>(size))) {
      if (c == '\n') {
        visit(number);
        number = 0;
      } else {
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
      }
    }
    // The kernel fills the room as long as another line fits: there is none after an answer that leaves some.
    if (static_cast<std::size_t>(size) + kLongestLine < sizeof(buffer)) return 0;
    at += size;
  }
}

}  // namespace winjob::linux_kernel
