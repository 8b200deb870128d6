// The configuration as values: what the agent is told to do.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "winjob/limits.h"
#include "winjob/notification_limits.h"

namespace winjob::config {

/// How a job is obtained.
enum class Mode {
  kCreate,        ///< it must not exist yet
  kOpen,          ///< it must exist
  kCreateOrOpen,  ///< either
  kObserve,       ///< it must exist; a query-only handle, no port, nothing set
};

/// Whether the agent may be who creates the job.
[[nodiscard]] constexpr bool Creates(Mode mode) noexcept {
  return mode == Mode::kCreate || mode == Mode::kCreateOrOpen;
}

/// What happens to a job's processes when the agent ends, by intention or not.
enum class OnExit {
  kRelease,  ///< they live on
  kKill,     ///< they end with the agent
};

/// When a command that has ended is started again.
enum class RestartPolicy {
  kNever,
  kOnFailure,  ///< when it ended with another code than 0, or could not be started
  kAlways,
};

/// The wait before a restart doubles from `backoff` up to `max_backoff`, and begins anew after a run that was longer
/// than that.
struct Restart {
  RestartPolicy policy = RestartPolicy::kNever;
  std::chrono::milliseconds backoff{1'000};
  std::chrono::milliseconds max_backoff{60'000};
  friend bool operator==(const Restart&, const Restart&) = default;
};

/// A process that the agent starts inside the job.
struct Command {
  std::vector<std::string> command;  ///< program, then its arguments; never empty
  std::string directory{};           ///< working directory; empty: the agent's
  std::map<std::string, std::string> environment{};
  Restart restart{};
  std::optional<std::chrono::milliseconds> grace{};  ///< between the request to stop and the end; empty: ended at once
  friend bool operator==(const Command&, const Command&) = default;
};

/// Which running processes are put into a job: those that match all that is given.
struct AdoptionRule {
  std::string image{};                           ///< glob for the program's file name
  std::string path{};                            ///< glob for its full path
  std::string user{};                            ///< the account's name, with or without its domain
  std::string service{};                         ///< the Windows service that it runs
  std::string command_line{};                    ///< regular expression (pattern.h), found anywhere in it
  std::shared_ptr<const AdoptionRule> parent{};  ///< what its parent must match
  friend bool operator==(const AdoptionRule& a, const AdoptionRule& b);
};

/// Series for the processes of a job that use most.
struct ProcessMetrics {
  enum class By { kMemory, kCpu };
  std::uint32_t top = 10;
  By by = By::kMemory;
  friend bool operator==(const ProcessMetrics&, const ProcessMetrics&) = default;
};

struct JobConfig {
  std::string name;    ///< the label job_object; unique, valid UTF-8
  std::string object;  ///< the kernel's name
  Mode mode = Mode::kCreateOrOpen;
  std::string security{};  ///< SDDL of a job that is created; empty: the system's default
  std::vector<Command> start{};
  std::vector<AdoptionRule> adopt{};
  Limits limits{};
  std::optional<double> cpu_cores{};  ///< a hard cap instead of limits.cpu; a share once the machine is known
  bool enforce = false;               ///< set limits again that someone else has changed
  NotificationLimits notify{};
  OnExit on_exit = OnExit::kRelease;
  std::optional<ProcessMetrics> process_metrics{};
  friend bool operator==(const JobConfig&, const JobConfig&) = default;
};

/// Jobs that are found by their names, and observed.
struct Discovery {
  std::string object;        ///< glob for the kernel's name; without a prefix, Local\ is meant
  std::string name;          ///< of the job: {0} is the kernel's name, {1} what the first `*` stands for
  std::string containerd{};  ///< a folder of containerd's, in which {1} is a container; empty: the job is none
  friend bool operator==(const Discovery&, const Discovery&) = default;
};

struct Config {
  std::chrono::milliseconds poll_interval{5'000};  ///< background poll
  std::chrono::milliseconds max_age{1'000};        ///< a scrape polls again when the snapshot is older
  std::uint32_t series_budget = 2'000;             ///< most per-process series on a page
  std::vector<JobConfig> jobs{};
  std::vector<Discovery> discover{};
  std::uint32_t discover_limit = 1'000;  ///< most jobs that are found so
  friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace winjob::config
