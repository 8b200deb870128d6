// Running processes that match a rule are put into the rule's job.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/log.h"
#include "config/config.h"
#include "config/pattern.h"
#include "winjob/job.h"
#include "winjob/process_table.h"

namespace winjob::agent {

/// Why a process could not be put into a job; the values of the label `reason`.
enum class AssignFailure : std::uint8_t { kAccessDenied, kExited, kIncompatibleJob, kLimit, kOther };
inline constexpr std::string_view kAssignFailureNames[] = {"access_denied", "exited", "incompatible_job", "limit",
                                                           "other"};
inline constexpr std::size_t kAssignFailureCount = std::size(kAssignFailureNames);

/// One job's part.
struct AdoptionTotals {
  std::uint64_t adopted = 0;
  std::array<std::uint64_t, kAssignFailureCount> failures{};
};

/// What the rules say of one process.
struct RuleVerdict {
  std::string job;   ///< of the rule
  std::size_t rule;  ///< its number among the job's
  bool matches;
  std::string reason;  ///< the condition that it does not meet, or what its
                       ///< named groups matched
};

/// The rules of all jobs in the order of the file. Threads: one at a time.
class Adopter {
 public:
  /// The jobs as they are at a look.
  struct Jobs {
    std::function<const Job*(std::string_view name)> find;  ///< nullptr when it is not open
    std::function<bool(const Process& process)> have;       ///< whether one of them has made the process its member
  };

  Adopter(const config::Config& config, const Log& log);

  [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }

  /// Looks at the processes that were not decided about, and adopts those that match. A process is decided about once,
  /// but for one whose job is not open yet. Members of a job stay where they are: children follow their parents.
  void Look(const Jobs& jobs);

  /// The totals of one job, by its name.
  [[nodiscard]] AdoptionTotals totals(const std::string& job) const;

  /// What each rule says of a process, in their order. Errors: there is none of this id, or it is not to be touched.
  [[nodiscard]] Result<std::vector<RuleVerdict>, std::string> Explain(ProcessId id) const;

  /// Takes over what an earlier one knows; `same_jobs`: no job is another kernel object than before.
  void Inherit(Adopter&& earlier, bool same_jobs);

 private:
  struct Rule {
    std::string job;
    std::size_t number;
    config::AdoptionRule rule;
    friend bool operator==(const Rule&, const Rule&) = default;
  };
  using Identity = std::pair<ProcessId, std::uint64_t>;  // an id, and when the process of that id began
  struct State {
    bool seen = false;      // at the last look
    bool decided = false;   // for good
    std::string image{};    // that no rule matched
    unsigned mismatches{};  // of that image
  };

  class Table;
  [[nodiscard]] std::optional<std::string> Mismatch(const config::AdoptionRule& rule,
                                                    const kernel::ProcessEntry& process, Table& table,
                                                    std::string* groups) const;
  void Decide(const kernel::ProcessEntry& process, Table& table, const Jobs& jobs, State& state);
  [[nodiscard]] bool Adopt(const kernel::ProcessEntry& process, const Rule& rule, const std::string& groups,
                           const Job& job, const Jobs& jobs);
  void Fail(const kernel::ProcessEntry& process, const Rule& rule, AssignFailure failure, std::string_view hint,
            const std::error_code& error);

  const Log* log_;
  std::vector<Rule> rules_;
  std::map<std::string, config::Pattern, std::less<>> patterns_;
  std::map<Identity, State> known_;
  std::map<std::string, AdoptionTotals> totals_;
};

}  // namespace winjob::agent
