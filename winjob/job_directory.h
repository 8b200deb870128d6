// The jobs that exist, by name: for those who look for jobs that they did not make.
#pragma once

#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "winjob/error.h"
#include "winjob/kernel.h"

namespace winjob {

/// The names of all jobs that have one and that the caller's session sees, sorted, each with its prefix Global\ or
/// Local\; each can be given to Job::Open, though a job may end, or refuse access, before that. Anonymous jobs have no
/// name to find them by.
///
/// On Windows these are the objects of type Job in \BaseNamedObjects and \Sessions\N\BaseNamedObjects. Nothing but
/// names is read: no job is opened, kept alive or kept from ending. On Linux they are the groups of the agent's tree
/// or, at level process, the helpers of this user; a group that is no job any more, because its last holder died, is
/// removed on the way, as by every opening of it. Errors: kNotSupported where the system does not tell; kAccessDenied.
/// Cost: on Windows a few system calls for all objects with names; on Linux a few for each job. Allocates.
/// Threads: any.
/// Source: https://learn.microsoft.com/windows/win32/devnotes/ntquerydirectoryobject
[[nodiscard]] Result<std::vector<std::string>> ListJobNames();

/// The name as ListJobNames gives it: with its prefix. In session 0 of Windows, that of services, Local\ is Global\.
[[nodiscard]] std::string QualifiedName(std::string_view name);

namespace kernel {

/// Adds the names of all jobs, in any order, each with its prefix. As ListJobNames.
[[nodiscard]] std::error_code ListJobs(std::vector<std::string>& names) noexcept;

/// Whether names with the prefix Local\ are others than those with Global\.
[[nodiscard]] bool HasLocalNames() noexcept;

/// Whether the job would be over if the caller did not hold it (Job::IsAbandoned). Allocates nothing.
[[nodiscard]] std::error_code IsAbandoned(RawHandle job, bool& abandoned) noexcept;

}  // namespace kernel
}  // namespace winjob
