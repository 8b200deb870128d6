// The bare calls for many jobs, made by a program of their own: a program may have so many descriptors and no more, and
// the agent needs its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace winjob::bench {

class BareJobs {
 public:
  using Name = std::string(std::size_t job);

  /// Starts the program. `name` tells what the jobs are called. Only before this program has a second thread or a job.
  explicit BareJobs(Name* name);
  BareJobs(const BareJobs&) = delete;
  BareJobs& operator=(const BareJobs&) = delete;
  ~BareJobs();

  /// Opens what is read in a poll of the first `count` jobs. The answer is empty, or why that cannot be.
  [[nodiscard]] std::string Open(std::size_t count);

  /// Makes the calls for all jobs, so many times. The answer is the nanoseconds of processor time that they took there.
  [[nodiscard]] double TimeOf(std::int64_t times);
  /// Calls that failed so far.
  [[nodiscard]] std::size_t failures() const noexcept { return failures_; }

 private:
  int channel_ = -1;
  int id_ = -1;
  std::size_t failures_ = 0;
};

}  // namespace winjob::bench
