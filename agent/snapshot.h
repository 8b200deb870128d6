// One reading of all jobs: plain values, ready to be shown.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/adopter.h"
#include "agent/container.h"
#include "agent/discoverer.h"
#include "agent/event_counts.h"
#include "agent/exits.h"
#include "agent/limit_keeper.h"
#include "agent/process_samples.h"
#include "agent/query_errors.h"
#include "agent/threshold_keeper.h"
#include "winjob/counters.h"

namespace winjob::agent {

/// How a configured job stands. Every job has a state from the start, whether its object exists or not.
enum class JobState : std::uint8_t {
  kOpen,         ///< watched
  kAbsent,       ///< no object of this name exists; tried again at each poll
  kDenied,       ///< access is denied; tried again at each poll
  kConflict,     ///< the name belongs to an earlier job of the configuration, or
                 ///< exists though `create` asks for a new one
  kStartFailed,  ///< watched, but a configured command could not be started
  kFailed,       ///< refused for another reason; tried again at each poll
};

/// The values of the label `state`, in the enumeration's order.
inline constexpr std::string_view kStateNames[] = {"open", "absent", "denied", "conflict", "start_failed", "failed"};
inline constexpr std::size_t kJobStateCount = std::size(kStateNames);

[[nodiscard]] constexpr std::string_view StateName(JobState state) noexcept {
  return kStateNames[static_cast<std::size_t>(state)];
}

/// Whether the job's messages come to the agent.
enum class PortState : std::uint8_t {
  kNone,      ///< the job is observed, or not open: no port is asked for
  kAttached,  ///< they do
  kRefused,   ///< another program's port was there first
  kLost,      ///< they did: processes start without messages, so another program has
              ///< taken the port
};

/// What never changes about a job.
struct JobDescription {
  std::string name;       ///< the label job_object
  std::string object;     ///< the kernel's name
  Container container{};  ///< that it is; empty: none, or not known
  friend bool operator==(const JobDescription&, const JobDescription&) = default;
};
using JobDescriptions = std::vector<JobDescription>;

/// One job's part of a reading.
struct JobSample {
  JobState state = JobState::kAbsent;
  bool up = false;                           ///< whether this reading of the job succeeded
  kernel::Support support;                   ///< what the kernel counts and reports for it
  Counters counters;                         ///< empty fields when not up; totals that fell are withheld
  std::optional<std::uint64_t> page_faults;  ///< without the wraps of 32 bits
  LimitReading reading;                      ///< limits in force and memory
  LimitStatuses limits{};
  std::uint64_t limit_corrections = 0;
  NotificationLimits thresholds;  ///< as configured; those of an open job
  RefusedThresholds refused_thresholds{};
  ViolationTotals violations{};
  EventTotals events{};  ///< since the agent's start
  std::optional<std::uint64_t> missed;
  PortState port = PortState::kNone;
  ExitTotals exits{};
  AdoptionTotals adoptions;
  bool adopts = false;       ///< whether rules put processes into it
  bool exits_known = false;  ///< whether exits are told of at all
  std::uint64_t start_failures = 0;
  std::uint64_t restarts = 0;
  std::uint64_t regressions = 0;
  std::uint64_t query_errors = 0;  ///< queries that failed
  QueryErrors failed_queries;      ///< the same by class
};

struct Snapshot {
  std::chrono::steady_clock::time_point taken;
  std::chrono::system_clock::time_point wall_time;
  std::shared_ptr<const JobDescriptions> descriptions;  ///< of `jobs`; another object when the jobs are others
  std::vector<JobSample> jobs;                          ///< in the configuration's order, then discovered ones
  ProcessReading processes;                             ///< of the jobs that ask for them, within the budget
  std::uint64_t dropped_series = 0;                     ///< of processes, that were over the budget
  DiscoveryTotals discovery;
};

}  // namespace winjob::agent
