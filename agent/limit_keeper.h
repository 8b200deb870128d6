// The limits of one job, kept as the configuration wants them.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "agent/limit_reading.h"
#include "agent/log.h"
#include "config/config.h"
#include "winjob/limit_table.h"

namespace winjob::agent {

/// What became of a limit that the configuration names.
enum class LimitStatus : std::uint8_t {
  kUnnamed,  ///< the configuration does not name it
  kHeld,     ///< in force as configured
  kDrifted,  ///< in force with another value, or not at all
  kRefused,  ///< the kernel does not take it
};
using LimitStatuses = std::array<LimitStatus, kLimitCount>;

/// All that a job's configuration wants to be enforced, on a machine of so many processors: `limits` and what follows
/// from other keys. `refused` names a cpu limit that this machine cannot have.
[[nodiscard]] Limits WantedLimits(const config::JobConfig& config, std::uint32_t processors, std::string& refused);

/// Threads: one at a time.
class LimitKeeper {
 public:
  LimitKeeper(const config::JobConfig& config, const Log& log);

  /// Sets what is wanted and not yet in force. A limit that is refused is logged by name, and does not keep the others
  /// from being set.
  void Apply(Job& job);

  /// Sets what `next` wants otherwise and takes off what it names no more.
  /// Errors: in words, with the limit's name; then nothing has changed.
  [[nodiscard]] std::string TryChange(Job& job, const config::JobConfig& next) const;

  /// Undoes a TryChange that succeeded. Errors: in words.
  [[nodiscard]] std::string TakeBack(Job& job, const config::JobConfig& next) const;

  /// From now on keeps what this configuration wants, which TryChange has set.
  void Change(const config::JobConfig& next);

  /// Reads what is in force and compares. What someone else has changed is
  /// logged once, and set again when the configuration says `enforce`.
  /// Allocates nothing while nothing changes.
  [[nodiscard]] std::error_code Check(Job& job, LimitReading& reading);

  [[nodiscard]] const LimitStatuses& statuses() const noexcept { return statuses_; }
  [[nodiscard]] const Limits& wanted() const noexcept { return wanted_; }
  [[nodiscard]] abi::InfoClass failed() const noexcept { return reader_.failed(); }
  /// How often a limit was set again.
  [[nodiscard]] std::uint64_t corrections() const noexcept { return corrections_; }

 private:
  /// What to set and what to take off, to get to other limits.
  struct Difference {
    Limits change;
    std::vector<LimitKind> gone;
  };
  [[nodiscard]] Difference DifferenceTo(const Limits& next) const;
  [[nodiscard]] LimitError SetBack(Job& job, const Difference& difference) const;
  [[nodiscard]] bool IsSet(const Limit& limit) const noexcept;
  [[nodiscard]] LimitKeeper After(const config::JobConfig& next) const;
  void SetOneByOne(Job& job, const Limits& change);
  [[nodiscard]] bool SetSilentCpu(Job& job);
  void Silence();
  void Refuse(LimitKind kind, const std::string& why);
  void Drifted(Job& job, LimitKind kind, const Limits& found);
  [[nodiscard]] LimitStatus& StatusOf(LimitKind kind) noexcept { return statuses_[static_cast<std::size_t>(kind)]; }

  std::string name_;
  bool enforce_;
  const Log* log_;
  std::string refused_cpu_;
  bool silent_cpu_ = false;  // the kernel holds a rate of processor time, and does not tell when it is exceeded
  Limits wanted_;
  LimitStatuses statuses_{};
  LimitReader reader_;
  std::uint64_t corrections_ = 0;
};

}  // namespace winjob::agent
