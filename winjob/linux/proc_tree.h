// The descendants of a process and what they used, read from /proc without allocating.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace winjob::linux_kernel {

/// What /proc/<pid>/stat says. Times are clock ticks (sysconf(_SC_CLK_TCK)), with those of waited-for children apart.
/// Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
struct ProcStat {
  pid_t parent = 0;
  bool zombie = false;
  std::uint64_t user = 0, system = 0, faults = 0;
  std::uint64_t children_user = 0, children_system = 0, children_faults = 0;
  std::uint64_t started = 0;   // since the machine was
  std::uint64_t resident = 0;  // pages
};

/// A path below /proc, built without the heap.
class ProcPath {
 public:
  ProcPath(pid_t process, std::string_view rest) noexcept;
  [[nodiscard]] const char* c_str() const noexcept { return text_; }

 private:
  void Append(std::string_view part) noexcept { size_ += part.copy(text_ + size_, sizeof(text_) - 1 - size_); }

  char text_[64];
  std::size_t size_ = 0;
};

/// Reads an open /proc/<pid>/stat from its start. The answer is 0 or errno.
[[nodiscard]] int ReadStatFile(int stat, ProcStat& out) noexcept;
[[nodiscard]] int ReadProcStat(pid_t process, ProcStat& out) noexcept;

/// Whether a running process has this name (/proc/<pid>/comm).
[[nodiscard]] bool IsNamed(pid_t process, std::string_view name) noexcept;

/// The descendants of `root`, zombies included, each after its parent; `count` is how many. Processes that are born or
/// adopted during the walk may be missed. The answer is 0 or errno: ENOBUFS when `room` is too small.
[[nodiscard]] int ListDescendants(pid_t root, std::span<pid_t> room, std::size_t& count) noexcept;

}  // namespace winjob::linux_kernel
