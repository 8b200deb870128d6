// One job of the configuration: obtained from the kernel, kept as configured, and read at each poll.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "agent/command_runner.h"
#include "agent/counter_guard.h"
#include "agent/limit_keeper.h"
#include "agent/log.h"
#include "agent/mailboxes.h"
#include "agent/missed_messages.h"
#include "agent/process_sampler.h"
#include "agent/snapshot.h"
#include "agent/threshold_keeper.h"
#include "config/config.h"
#include "winjob/job.h"

namespace winjob::agent {

/// Threads: one at a time (the agent's poll lock).
class WatchedJob {
 public:
  using Clock = std::chrono::steady_clock;

  /// `conflict` names the earlier job of the configuration that has the same kernel name; empty: none has. `entry` is
  /// where its messages go.
  WatchedJob(const config::JobConfig& config, std::string conflict, Mailboxes::Entry entry, const Log& log);

  /// Reads the job into `sample`; obtains it from the kernel first when that has not succeeded yet, and then starts its
  /// commands. `mark` is the one that the caller will put into the port's queue after this reading. Logs each change of
  /// state once. Allocates nothing while the job stays open. `ended`: whether a command may have ended.
  void Poll(const Port& port, std::uint64_t mark, JobSample& sample, bool ended = true);

  /// Whether the configuration asks for series of single processes, and there is a job to ask.
  [[nodiscard]] bool shows_processes() const noexcept { return job_ && config_.process_metrics; }

  /// Reads those processes. Requires shows_processes(). Allocates nothing in the steady state.
  void ReadProcesses(ProcessSamples& out) {
    if (processes_.Sample(*job_, config_.name, *config_.process_metrics, log_, out))
      query_errors_.Add(abi::InfoClass::kBasicProcessIdList);
  }

  /// Answers a violation of a notification limit, if there is one.
  void Attend();

  /// Makes the limits of an open job what `next` wants. Errors: in words; then
  /// nothing has changed.
  [[nodiscard]] std::string TryChange(const config::JobConfig& next);

  /// Undoes a TryChange that succeeded.
  void TakeBack(const config::JobConfig& next);

  /// Follows another configuration of the same object and mode from now on.
  /// TryChange must have succeeded.
  void Change(const config::JobConfig& next);

  /// Asks the commands to stop when the configuration says so (on_exit: kill). Before Release, so that several jobs
  /// have their graces at the same time.
  void AskToStop();

  /// Ends the processes when the configuration says so, after the grace of those that AskToStop asks, then closes the
  /// job.
  void Release();

  /// When there is something to do before the next poll.
  [[nodiscard]] std::optional<Clock::time_point> due() const noexcept { return job_ ? commands_.due() : std::nullopt; }

  [[nodiscard]] const config::JobConfig& config() const noexcept { return config_; }
  [[nodiscard]] CompletionKey key() const noexcept { return entry_.key; }
  [[nodiscard]] const Job* job() const noexcept { return job_ ? &*job_ : nullptr; }

  /// Whether a process is a member of this job, and the agent may have created the job: what others made may be a frame
  /// around those.
  [[nodiscard]] bool Owns(const Process& process) const;

 private:
  [[nodiscard]] std::error_code Obtain(const Port& port);
  void Subscribe(const Port& port);
  [[nodiscard]] bool RunsAlready() const;
  void Read(std::uint64_t mark, JobSample& sample);
  [[nodiscard]] bool TellsExitCodes(const kernel::Support& support) const noexcept;
  void ReadMessages(const Port& port, JobSample& sample);
  void LookForPort(const Port& port);
  void KeepName();
  [[nodiscard]] static bool IsOver(const Job& job);
  void LetGo();
  void QueryFailed(abi::InfoClass info_class, const std::error_code& error, JobSample& sample);
  void Enter(JobState state, const std::error_code& error);

  config::JobConfig config_;
  std::string conflict_;
  Mailboxes::Entry entry_;
  const Log& log_;
  std::optional<Job> job_;
  std::optional<JobState> state_;  // empty until the first attempt
  PortState port_ = PortState::kNone;
  LimitKeeper limits_;
  ThresholdKeeper thresholds_;
  CommandRunner commands_;
  CounterGuard guard_;
  MissedMessages missed_;
  ProcessSampler processes_;
  std::uint64_t messages_seen_ = 0;  // at the last look for the port
  std::uint64_t silent_looks_ = 0;   // in a row at which a gap grew without a message
  std::uint64_t gap_seen_ = 0;
  QueryErrors query_errors_;
  bool query_failing_ = false;
};

}  // namespace winjob::agent
