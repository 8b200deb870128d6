// What another configuration would change: made before anything is touched, and shown as it is applied.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace winjob::agent {

/// What becomes of one job.
struct JobChange {
  enum class Kind {
    kUnchanged,  ///< keeps its handle and its counters
    kChanged,    ///< too; some of its keys get other values
    kReplaced,   ///< is closed as at the agent's end and obtained anew: another
                 ///< kernel object, or another mode
    kAdded,
    kRemoved,  ///< is closed as at the agent's end
  };
  Kind kind;
  std::string name;
  std::vector<std::string> keys{};  ///< that differ: "limits.job_memory", "notify", ...
  friend bool operator==(const JobChange&, const JobChange&) = default;
};
[[nodiscard]] std::string_view KindName(JobChange::Kind kind) noexcept;

struct Plan {
  std::vector<std::string> settings;  ///< keys outside `jobs` that differ
  std::vector<JobChange> jobs;        ///< those of the new configuration in its order,
                                      ///< then those that are removed
  [[nodiscard]] bool empty() const noexcept;
  friend bool operator==(const Plan&, const Plan&) = default;
};

[[nodiscard]] Plan MakePlan(const config::Config& from, const config::Config& to);

/// The same against the jobs that are there now: whether each exists, and which of its limits, but io, are others. What
/// else a configuration says cannot be asked of a job, nor anything of one that may not be opened: that counts as
/// unchanged. Where the kernel reads no limits back (Wine), all that are named count as changed.
[[nodiscard]] Plan PlanFromJobs(const config::Config& to);

/// One line for each change, such as "job build: changed: limits.job_memory, notify"; "nothing changes" when none.
[[nodiscard]] std::string Describe(const Plan& plan);

/// The same as one JSON object.
[[nodiscard]] std::string ToJson(const Plan& plan);

/// The name of the earlier job of the configuration that has the same kernel object; empty when none has.
[[nodiscard]] std::string ConflictOf(const config::JobConfig& job, const config::Config& config);

}  // namespace winjob::agent
