// The agent: all configured jobs, the thread that counts their notifications, and the readings that are published.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "agent/discoverer.h"
#include "agent/log.h"
#include "agent/mailboxes.h"
#include "agent/plan.h"
#include "agent/series_budget.h"
#include "agent/snapshot_pool.h"
#include "agent/watched_job.h"
#include "agent/watcher.h"
#include "config/config.h"

namespace winjob::agent {

/// Told how long each poll took. Called under the poll lock, from whichever thread polled.
using PollObserver = std::function<void(const Snapshot& snapshot, std::chrono::nanoseconds duration)>;

/// Watches the jobs of a configuration from construction to destruction.
class Agent {
 public:
  /// Obtains the jobs, starts their commands and takes a first reading. A job that fails is a state, not an error.
  /// Errors: no completion port can be made.
  [[nodiscard]] static Result<std::unique_ptr<Agent>> Start(const config::Config& config, Log log,
                                                            PollObserver observer);
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  ~Agent();

  /// Ends the jobs with on_exit: kill and closes all; from now on Fresh() gives the last reading. A second call does
  /// nothing.
  void Stop();

  /// A reading not older than max_age: the latest, or a new one that this thread takes while others wait for it.
  /// Threads: any. Allocates nothing in the steady state.
  [[nodiscard]] SnapshotPool::Lease Fresh();

  /// Follows another configuration: all of it or, on an error, nothing of it. Jobs that it does not change keep their
  /// handles and counters. A new job that cannot be obtained is a state, as at the start; a limit of a job that runs
  /// which the kernel refuses is an error.
  /// Threads: any. Errors: in words, with the job and the limit.
  [[nodiscard]] Result<Plan, std::string> Reload(const config::Config& next);

  /// What each adoption rule says of a process. Errors: in words. Threads: any.
  [[nodiscard]] Result<std::vector<RuleVerdict>, std::string> Explain(ProcessId id) const {
    const std::lock_guard lock(poll_mutex_);
    return adopter_.Explain(id);
  }

  /// The configuration that is followed now.
  [[nodiscard]] config::Config config() const;

  /// The jobs as they are now; a snapshot has those that it is of.
  [[nodiscard]] JobDescriptions jobs() const { return *snapshots_.Latest()->descriptions; }

 private:
  Agent(const config::Config& config, Log log, PollObserver observer, Port port);
  [[nodiscard]] std::unique_ptr<WatchedJob> Watch(const config::JobConfig& job, const config::Config& config);
  [[nodiscard]] std::unique_ptr<WatchedJob>& Find(std::string_view name);
  void Close(WatchedJob& job);
  void TakeBack(const config::Config& next, std::size_t count);
  void PollOlderThan(std::chrono::nanoseconds age);
  void Poll();
  void LookForProcesses(Snapshot& snapshot);
  void LookForJobs();
  [[nodiscard]] std::vector<std::unique_ptr<WatchedJob>> TakeDiscovered();
  void Observe(std::vector<std::unique_ptr<WatchedJob>> before);
  void Describe();
  void Attend();
  void CallAttention();
  void RunPoller();

  std::atomic<std::chrono::milliseconds> poll_interval_;
  std::atomic<std::chrono::milliseconds> max_age_;
  const Log log_;
  const PollObserver observer_;
  Port port_;
  Mailboxes boxes_;
  mutable SnapshotPool snapshots_;
  mutable std::mutex poll_mutex_;  // one poll at a time: what follows belongs to the polling thread
  config::Config config_;
  std::shared_ptr<const JobDescriptions> descriptions_;
  std::vector<std::unique_ptr<WatchedJob>> jobs_;  // those of the configuration in its order, then discovered ones
  Adopter adopter_;
  SeriesBudget budget_;
  Discoverer discoverer_;
  std::chrono::steady_clock::time_point next_look_{};       // for processes to adopt
  std::chrono::steady_clock::time_point next_discovery_{};  // for jobs to observe
  std::uint64_t mark_ = 0;                                  // of the last poll
  bool stopped_ = false;                                    // the jobs are closed
  std::mutex wake_mutex_;                                   // guards what the poller waits for
  std::condition_variable wake_;
  bool stopping_ = false;
  bool attention_ = false;
  std::optional<WatchedJob::Clock::time_point> due_;
  Watcher watcher_;
  std::thread poller_;
};

}  // namespace winjob::agent
