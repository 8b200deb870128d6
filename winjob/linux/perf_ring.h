// The kernel's records of forks and exits in one group on one CPU, read from the ring that they are written to. There
// is no ring, and no record, but while it is mapped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace winjob::linux_kernel {

/// A process began or ended; threads are left out.
struct TaskRecord {
  std::uint64_t time = 0;  ///< CLOCK_MONOTONIC, ns
  std::uint32_t id = 0;
  bool exit = false;
};

/// One thread at a time.
class PerfRing {
 public:
  /// Begins to record what `event` tells (PerfCounters), which has no ring yet and stays open longer than this.
  /// `bytes` is a power of two and at least a page. Sets errno on failure.
  [[nodiscard]] static std::optional<PerfRing> Map(int event, std::size_t bytes) noexcept;

  PerfRing(PerfRing&& other) noexcept;
  PerfRing& operator=(PerfRing&&) = delete;
  ~PerfRing();

  /// Takes note of what the kernel has written so far.
  void Refresh() noexcept;
  /// The oldest record noted and not popped, or nullptr.
  [[nodiscard]] const TaskRecord* Front() noexcept;
  void Pop() noexcept;

 private:
  PerfRing(std::byte* memory, std::size_t bytes) noexcept : memory_(memory), bytes_(bytes) {}
  void Copy(std::uint64_t from, void* to, std::size_t size) const noexcept;
  [[nodiscard]] bool Parse() noexcept;

  std::byte* memory_;  // a control page, then the ring
  std::size_t bytes_;  // of the ring
  std::uint64_t head_ = 0;
  std::uint64_t tail_ = 0;
  TaskRecord front_;
  bool has_front_ = false;
};

}  // namespace winjob::linux_kernel
