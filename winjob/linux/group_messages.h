// The messages of a group: its members' starts and ends, and its becoming empty, in the order in which they happened.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "winjob/linux/exit_codes.h"
#include "winjob/linux/fd.h"
#include "winjob/linux/perf_counters.h"
#include "winjob/linux/perf_ring.h"
#include "winjob/linux/port.h"

namespace winjob::linux_kernel {

/// All functions but Create run with the port's mutex held, or before the port knows the source.
class GroupMessages final : public PortSource {
 public:
  /// `depth`: how many jobs this one is nested in. `counters` are the group's and outlive this. Where they count,
  /// starts and ends are reported, too.
  [[nodiscard]] static std::error_code Create(int directory, std::size_t depth, std::uint64_t key,
                                              const PerfCounters& counters, std::shared_ptr<GroupMessages>& messages);

  /// Reports the members that there are already, as Windows does, and forgets what was recorded until then.
  void Replay(std::span<const pid_t> members);
  /// Reports a process that was put in from outside, whose start no member's record tells. `time`: of MonotonicTime.
  void AddStarted(std::uint32_t id, std::uint64_t time);

  [[nodiscard]] int events_descriptor() const noexcept { return events_.get(); }

  void Ready(bool urgent) noexcept override;
  [[nodiscard]] Left Drain(std::uint64_t until, PacketWriter& packets) noexcept override;
  [[nodiscard]] std::size_t depth() const noexcept override { return depth_; }

 private:
  GroupMessages(std::size_t depth, std::uint64_t key) noexcept : depth_(depth), key_(key) {}
  void LookAtState() noexcept;
  [[nodiscard]] bool WasReplayed(const TaskRecord& record) noexcept;
  enum class Written { kOne, kNone, kHeld };
  [[nodiscard]] Written WriteOldest(std::uint64_t until, PacketWriter& packets) noexcept;
  [[nodiscard]] bool Describe(const TaskRecord& record, kernel::Packet& packet) const noexcept;

  std::size_t depth_;
  std::uint64_t key_;
  bool processes_ = false;
  Fd events_;
  std::vector<PerfRing> rings_;
  ExitCodes codes_;
  std::vector<TaskRecord> started_;  // from outside, oldest first
  std::size_t next_started_ = 0;
  std::vector<std::uint32_t> replayed_;  // members whose own records may still come
  std::uint64_t replay_time_ = 0;
  bool look_ = true;                      // cgroup.events has changed
  bool populated_ = false;                // members were seen since the last message of emptiness
  std::optional<std::uint64_t> emptied_;  // when it was found empty, until that is told
};

}  // namespace winjob::linux_kernel
