// The notification limits of one job: set, answered when they are crossed, and armed for the next crossing.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "agent/log.h"
#include "winjob/job.h"
#include "winjob/notification_limits.h"

namespace winjob::agent {

using ViolationTotals = std::array<std::uint64_t, kNotificationLimitCount>;
using RefusedThresholds = std::array<bool, kNotificationLimitCount>;

/// After a violation a threshold is not left as it is, since one that stays exceeded could be reported for ever: an
/// amount is raised by itself, memory is armed again when it is back on the other side, and a rate after its interval.
/// Threads: one at a time.
class ThresholdKeeper {
 public:
  using Clock = std::chrono::steady_clock;

  ThresholdKeeper(std::string name, const NotificationLimits& wanted, const Log& log);

  /// Sets the thresholds of a job that was just obtained and has used this much.
  void Begin(Job& job, const Counters& counters);

  /// Keeps other thresholds from now on; totals go on. To be followed by Begin.
  void Change(const NotificationLimits& wanted) { wanted_ = wanted; }

  /// Answers a NOTIFICATION_LIMIT: counts and logs what is exceeded.
  void Answer(Job& job, const Counters& counters, Clock::time_point now);

  /// Arms what can be armed again.
  void Check(Job& job, const Counters& counters, const MemoryUsage& memory, Clock::time_point now);

  [[nodiscard]] const ViolationTotals& violations() const noexcept { return violations_; }
  [[nodiscard]] const RefusedThresholds& refused() const noexcept { return refused_; }
  [[nodiscard]] const NotificationLimits& wanted() const noexcept { return wanted_; }

 private:
  void Set(Job& job, const Counters& counters);
  void Refuse(Job& job, const NotificationLimits& asked);
  void Report(NotificationKind kind, const Violations& violations);
  void Advance(NotificationKind kind, const Counters& counters, Clock::time_point now);

  std::string name_;
  NotificationLimits wanted_;
  const Log* log_;
  NotificationLimits armed_;
  bool watching_ = false;                                                          // thresholds have been set
  std::optional<Ticks> next_user_time_;                                            // as a total of the job
  std::array<std::optional<Clock::time_point>, kNotificationLimitCount> again_{};  // when to arm
  ViolationTotals violations_{};
  RefusedThresholds refused_{};
};

}  // namespace winjob::agent
