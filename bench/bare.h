// The system calls that stand behind Job::QueryCounters, or a poll of the agent's, without the library around them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "winjob/job.h"

namespace winjob::bench {

/// What the calls need, as each kernel has it.
struct Bare;

/// What is read of a job.
enum class Reading {
  kCounters,  ///< what Job::QueryCounters answers
  kPoll,      ///< Linux: the memory in use and its peak, and the limits in force as well
};

/// Prepares the calls for a job of this name. Empty, with the reason, where there is nothing to compare with.
[[nodiscard]] std::shared_ptr<Bare> OpenBare(const Job& job, std::string_view name, Reading reading,
                                             std::string& reason);

/// Makes the calls once. True when all succeeded.
[[nodiscard]] bool Read(Bare& bare) noexcept;

}  // namespace winjob::bench
