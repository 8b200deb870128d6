// Which of a job's processes use most, found anew at each poll.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "agent/log.h"
#include "agent/process_samples.h"
#include "config/config.h"
#include "winjob/job.h"
#include "winjob/process_list.h"

namespace winjob::agent {

/// Threads: one at a time. Holds no memory before the first reading.
class ProcessSampler {
 public:
  /// Reads the job's members and takes those that use most of what `wanted` says: memory is what a process has
  /// committed, or has resident where a kernel does not tell that of all; processor time is that since the last
  /// reading, and of a process that was not there then all that it has used; memory where a kernel does not tell it. A
  /// process that ends meanwhile is left out. On failure there are none. Logs once when the list or a member cannot be
  /// read. Errors: those of ProcessIds. Cost: one query for each member and one more for those taken. Allocates only
  /// for more members, or longer names, than ever before.
  [[nodiscard]] std::error_code Sample(const Job& job, const std::string& name, const config::ProcessMetrics& wanted,
                                       const Log& log, ProcessSamples& out);

 private:
  using Rank = std::pair<std::int64_t, std::int64_t>;
  struct Candidate {
    ProcessId id;
    std::uint64_t created;
    Rank rank;
  };
  struct Past {
    ProcessId id;
    std::uint64_t created;
    std::int64_t cpu;
  };

  [[nodiscard]] Rank RankOf(const kernel::ProcessCounters& counters, ProcessId id, config::ProcessMetrics::By by);
  void ReadMembers(config::ProcessMetrics::By by, ProcessSamples& out);
  void TakeFirst(std::size_t most, Reused<ProcessSample>& out);
  void Tell(const std::string& name, const std::error_code& error, std::uint64_t unreadable, const Log& log);

  ProcessIds ids_;
  std::vector<Candidate> candidates_;
  std::vector<Past> before_;  // by id
  std::vector<Past> now_;
  bool told_ = false;  // that something could not be read at the last reading
};

}  // namespace winjob::agent
