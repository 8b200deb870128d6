// What has happened lately, as the polls saw it: for each job and event, when it was last seen to grow, and by how
// much.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "agent/snapshot.h"
#include "exporter/families.h"

namespace winjob::exporter::landing {

struct RecentEvent {
  std::chrono::system_clock::time_point time;          ///< of the poll that saw it
  std::shared_ptr<const agent::JobDescriptions> jobs;  ///< as they were then
  std::size_t job;                                     ///< its index among those
  bool violation;                                      ///< of a limit; otherwise a notification
  std::string_view name;                               ///< the event, or the limit
  double count;                                        ///< how many at that poll

  [[nodiscard]] const std::string& job_name() const noexcept { return (*jobs)[job].name; }
};

class RecentEvents {
 public:
  /// Takes what grew since the poll before, or since the agent's start for a job that was not there then. Threads: one
  /// at a time. Allocates only when the jobs are others than before.
  void Observe(const agent::Snapshot& snapshot);

  /// The latest first, each job and event once. Threads: any.
  [[nodiscard]] std::vector<RecentEvent> Latest() const;

  static constexpr std::size_t kMost = 30;

 private:
  void Follow(const agent::Snapshot& snapshot);
  void Note(const RecentEvent& event);

  std::shared_ptr<const agent::JobDescriptions> jobs_ = std::make_shared<const agent::JobDescriptions>();
  std::vector<double> before_;  // by job and point
  mutable std::mutex mutex_;    // guards latest_
  std::vector<RecentEvent> latest_;
};

/// A value as a number; 0 when there is none.
[[nodiscard]] double NumberOf(const Value& value);

/// A family of the table by its name without the prefix `winjob_`; nullptr when there is none.
[[nodiscard]] const Family* FindFamily(std::string_view name);

}  // namespace winjob::exporter::landing
