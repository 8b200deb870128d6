// The processes that are shown one by one, as plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/reused.h"
#include "winjob/process_counters.h"

namespace winjob::agent {

/// One process of a job.
struct ProcessSample {
  ProcessId id = ProcessId::kNone;
  std::string image;  ///< the file name of its program, valid UTF-8; empty when it is not known
  kernel::ProcessCounters counters;
};

/// How many series show the process: one for its start, and one for each of the counters that is known.
[[nodiscard]] constexpr std::uint64_t SeriesOf(const ProcessSample& process) noexcept {
  const kernel::ProcessCounters& counters = process.counters;
  return 1U + counters.user_time.has_value() + counters.kernel_time.has_value() + counters.working_set.has_value() +
         counters.commit.has_value();
}

/// The processes of one job that use most.
struct ProcessSamples {
  std::size_t job = 0;              ///< its place among the snapshot's jobs
  Reused<ProcessSample> processes;  ///< the one that uses most first
  std::uint64_t unreadable = 0;     ///< members that this program may not ask, so that nobody knows their place
};

/// Those of all jobs that ask for them (process_metrics), in the jobs' order.
using ProcessReading = Reused<ProcessSamples>;

}  // namespace winjob::agent
