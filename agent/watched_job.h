// One job of the configuration: obtained from the kernel, started in, and read at each poll.
#pragma once

#include <optional>
#include <vector>

#include "agent/log.h"
#include "agent/snapshot.h"
#include "config/config.h"
#include "winjob/job.h"

namespace winjob::agent {

/// Threads: one at a time (the agent's poll lock).
class WatchedJob {
 public:
  /// `conflict` names the earlier job of the configuration that has the same kernel name; empty: none has.
  WatchedJob(const config::JobConfig& config, std::string conflict, const Log& log);

  /// Reads the job into `sample`; obtains it from the kernel first when that has not succeeded yet, and then starts its
  /// commands. Logs each change of state once. Allocates nothing while the job stays open.
  void Poll(const Port& port, CompletionKey key, JobSample& sample);

  /// Ends the processes when the configuration says so (on_exit: kill), then closes the job.
  void Release();

 private:
  [[nodiscard]] std::error_code Obtain(const Port& port, CompletionKey key);
  void Subscribe(Job& job, const Port& port, CompletionKey key);
  [[nodiscard]] bool RunsAlready() const;
  void StartCommands();
  void Reap();
  void Enter(JobState state, const std::error_code& error);

  config::JobConfig config_;
  std::string conflict_;
  const Log& log_;
  std::optional<Job> job_;
  std::optional<JobState> state_;  // empty until the first attempt
  bool notified_ = false;          // the job posts to the agent's port
  std::vector<Process> started_;
  std::uint64_t start_failures_ = 0;
  std::uint64_t query_errors_ = 0;
  bool query_failing_ = false;
};

}  // namespace winjob::agent
