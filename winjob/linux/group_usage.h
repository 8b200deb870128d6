// What a job's controllers count: memory and disk traffic, and the kills and refusals of their limits.
#pragma once

#include <cstdint>

#include "winjob/abi.h"
#include "winjob/linux/controller_groups.h"

namespace winjob::linux_kernel {

struct MemoryCount {
  std::uint64_t current = 0;
  std::uint64_t peak = 0;
};

/// Reads through kept descriptors; allocates nothing. Any thread. Answers are 0 or errno.
class GroupUsage {
 public:
  /// Opens what there is.
  void Open(const ControllerGroups& groups);

  [[nodiscard]] bool has_memory() const noexcept { return static_cast<bool>(current_); }
  [[nodiscard]] bool has_peak() const noexcept { return static_cast<bool>(peak_); }
  [[nodiscard]] bool has_io() const noexcept { return static_cast<bool>(io_bytes_); }

  [[nodiscard]] int ReadMemory(MemoryCount& count) const noexcept;
  /// Reads, writes and their bytes as the block layer saw them, over all disks.
  [[nodiscard]] int ReadIo(abi::IO_COUNTERS& io) const noexcept;
  /// Processes that the memory limit killed.
  [[nodiscard]] int ReadKills(std::uint64_t& kills) const noexcept;

 private:
  int memory_version_ = 0;
  int io_version_ = 0;
  Fd current_;
  Fd peak_;
  Fd kills_;
  Fd io_bytes_;
  Fd io_operations_;  // version 1 alone: version 2 has all in one file
};

/// How often the limit on tasks refused a fork. `directory` is the one of the controller. The answer is 0 or errno.
[[nodiscard]] int ReadRefusedForks(int directory, std::uint64_t& count) noexcept;

/// Makes the kernel count disk traffic for groups of version 1, which it does for a disk only once any limit was
/// written for it. Does so once, by writing "none" for every disk into this group.
void CountDisks(int directory) noexcept;

}  // namespace winjob::linux_kernel
