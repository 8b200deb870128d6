// How the processes of a job ended. On Windows handles tell that are held from their first message on, for an id alone
// may belong to another process by then; on Linux the messages themselves, or whoever waits for its own children.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/limit_kills.h"
#include "winjob/notification.h"
#include "winjob/process.h"

namespace winjob::agent {

/// How a process ended.
enum class ExitKind : std::uint8_t {
  kOk,       ///< exit code 0
  kNonzero,  ///< another code
  kCrash,    ///< an exception or a fatal signal
  kLimit,    ///< a limit ended it
  kUnknown,  ///< it was gone before a handle to it could be had
};
inline constexpr std::string_view kExitNames[] = {"ok", "nonzero", "crash", "limit", "unknown"};
inline constexpr std::size_t kExitKindCount = std::size(kExitNames);
using ExitTotals = std::array<std::uint64_t, kExitKindCount>;

/// What an exit code says on this kernel: the two have different codes for the same end.
[[nodiscard]] ExitKind Classify(std::uint32_t exit_code, bool linux_codes) noexcept;

/// Threads: any.
class Exits {
 public:
  Exits();

  /// Linux: whether the job's messages have exit codes. Until then Count is all.
  void set_messages_tell(bool tell) noexcept { messages_tell_.store(tell, std::memory_order_relaxed); }

  /// Takes note of a message of the job. Allocates only while the job has more processes than ever before.
  void Observe(const Notification& notification);

  /// An exit that the agent itself has waited for; counted where no message tells of it.
  void Count(std::optional<std::uint32_t> exit_code) noexcept;

  /// Linux, at each poll: counts those that were killed since the last one, by the job's total of processes that limits
  /// `ended` as the limit's doing or somebody's. Threads: one at a time.
  void Settle(std::optional<std::uint64_t> ended, LimitKills::Clock::time_point now);

  /// Counts those that ended without a message. `active` is how many processes the job has by its accounting: without
  /// more handles than that there is nothing to look for.
  void Sweep(std::uint64_t active);

  /// Lets go of all handles.
  void Clear();

  [[nodiscard]] ExitTotals totals() const noexcept;
  [[nodiscard]] bool linux_codes() const noexcept { return linux_codes_; }

 private:
  struct Held {
    Process process;
    bool by_limit = false;
  };
  static constexpr std::size_t kMostHeld = 16'384;

  void ObserveCode(const Notification& notification) noexcept;
  void End(std::size_t index, bool abnormal);
  void Add(ExitKind kind, std::uint64_t count = 1) noexcept {
    totals_[static_cast<std::size_t>(kind)].fetch_add(count, std::memory_order_relaxed);
  }

  const bool linux_codes_;
  std::atomic<bool> messages_tell_{false};
  std::atomic<std::uint64_t> killed_{0};  // and not settled
  LimitKills limit_kills_;
  std::mutex mutex_;  // guards held_ and swept_
  std::vector<Held> held_;
  std::vector<ProcessId> swept_;  // counted before their message, which may be on its way
  std::array<std::atomic<std::uint64_t>, kExitKindCount> totals_{};
};

}  // namespace winjob::agent
