// The configured commands of one job: started inside it, started again when they end, stopped with grace.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/exits.h"
#include "agent/log.h"
#include "config/config.h"
#include "winjob/job.h"

namespace winjob::agent {

/// Threads: one at a time.
class CommandRunner {
 public:
  using Clock = std::chrono::steady_clock;

  CommandRunner(const config::JobConfig& config, const Log& log);

  /// Starts all commands.
  void StartAll(const Job& job, Clock::time_point now);

  /// Runs these commands from now on: those that are the same go on, new ones
  /// are started if `job` is given, and others are left to themselves.
  void Change(const config::JobConfig& next, const Job* job, Clock::time_point now);

  /// Takes note of those that have ended.
  void Reap(Exits& exits, Clock::time_point now);

  /// Starts again those whose time has come.
  void StartDue(const Job& job, Clock::time_point now);

  /// When StartDue has something to start next.
  [[nodiscard]] std::optional<Clock::time_point> due() const noexcept;

  /// Asks the running ones that have a grace to stop; once only. None is started again.
  void AskToStop();

  /// Waits for those that were asked, each until its grace is over. The caller ends the rest.
  void AwaitStop();

  /// Lets the processes run on.
  void Release() { slots_.clear(); }

  [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }
  [[nodiscard]] std::uint64_t restarts() const noexcept { return restarts_; }
  /// Whether a command could not be started and has not been since.
  [[nodiscard]] bool failing() const noexcept;

 private:
  struct Slot {
    std::shared_ptr<const config::Command> command;
    std::optional<Process> process{};
    Clock::time_point started{};
    std::chrono::milliseconds backoff{};
    std::optional<Clock::time_point> again{};    // when it is to be started
    bool failed = false;                         // the last start
    bool asked = false;                          // to stop
    std::optional<Clock::time_point> stop_by{};  // the end of its grace, if it could be asked
  };

  void Start(const Job& job, Slot& slot, Clock::time_point now);
  void StartNew(const Job& job, const std::shared_ptr<const config::Command>& command, Clock::time_point now);
  void Ended(Slot& slot, std::optional<std::uint32_t> exit_code, Clock::time_point now);
  void Plan(Slot& slot, Clock::time_point now);

  std::string name_;
  std::vector<std::shared_ptr<const config::Command>> commands_;
  bool keep_names_;
  const Log* log_;
  std::vector<Slot> slots_;
  std::uint64_t failures_ = 0;
  std::uint64_t restarts_ = 0;
};

}  // namespace winjob::agent
