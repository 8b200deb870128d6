// The configuration as values: what the agent is told to do.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace winjob::config {

/// How a job is obtained.
enum class Mode {
  kCreate,        ///< it must not exist yet
  kOpen,          ///< it must exist
  kCreateOrOpen,  ///< either
  kObserve,       ///< it must exist; a query-only handle, no port, nothing set
};

/// What happens to a job's processes when the agent ends, by intention or not.
enum class OnExit {
  kRelease,  ///< they live on
  kKill,     ///< they end with the agent
};

/// A process that the agent starts inside the job.
struct Command {
  std::vector<std::string> command;  ///< program, then its arguments; never empty
  std::string directory;             ///< working directory; empty: the agent's
  std::map<std::string, std::string> environment;
};

struct JobConfig {
  std::string name;    ///< the label job_object; unique, valid UTF-8
  std::string object;  ///< the kernel's name
  Mode mode = Mode::kCreateOrOpen;
  std::vector<Command> start;
  OnExit on_exit = OnExit::kRelease;
};

struct Config {
  std::chrono::milliseconds poll_interval{5000};  ///< background poll
  std::chrono::milliseconds max_age{1000};        ///< a scrape polls again when the snapshot is older
  std::vector<JobConfig> jobs;
};

}  // namespace winjob::config
