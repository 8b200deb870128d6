// The most series of single processes that a page may have.
#pragma once

#include <cstdint>

#include "agent/log.h"
#include "agent/process_samples.h"

namespace winjob::agent {

/// Threads: one at a time.
class SeriesBudget {
 public:
  explicit SeriesBudget(const Log& log) : log_(log) {}

  /// Takes processes off until the rest has at most `most` series, whole processes and those of the lowest rank first:
  /// the jobs keep their first processes, then their second ones, and so on; of one rank, the earlier jobs keep theirs.
  /// The answer is how many series were dropped. Logs when that begins and when it ends. Allocates nothing.
  [[nodiscard]] std::uint64_t Apply(std::uint32_t most, ProcessReading& reading);

 private:
  const Log& log_;
  bool dropping_ = false;
};

}  // namespace winjob::agent
