// A process that keeps the names of jobs alive for another one.
#pragma once

#include <span>
#include <string>
#include <system_error>

#include "winjob/process.h"

namespace winjob {

/// Holds a handle to each of these jobs until `owner` has ended and the job is empty; returns when it holds none any
/// more. It is what a keeper process does: a program that is to be restarted without losing its jobs starts itself once
/// more in a mode that calls this, outside of its jobs, and then finds the jobs by their names again. On Windows they
/// would be nameless when the program ends; members that were given a handle (Job::KeepName) do the same as long as
/// they live. On Linux and under Wine a job with members is found anyway.
/// Errors: those of Job::Open for the first job that cannot be opened, and of Process::Open for an owner that is there
/// and refuses; nothing is held then. Cost: a query for each job each 50 ms once the owner has ended.
[[nodiscard]] std::error_code HoldNames(std::span<const std::string> names, const ProcessIdentity& owner);

}  // namespace winjob
