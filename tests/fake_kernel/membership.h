// Who is in which job: joining, ending, and the messages that go with it.
#pragma once

#include "tests/fake_kernel/world.h"

namespace winjob::fake {

/// Whether the process is in the job or in one nested below it.
bool IsMember(const Process& process, const Job& job);

/// The members that are alive, and the refused ones that somebody still holds a handle to.
std::uint32_t ActiveProcesses(const Job& job);

/// Puts the process into the job, and into the job's ancestors. Errors: kAccessDenied when it has ended or its jobs and
/// this one make no chain or are of other sessions; kNotEnoughQuota when a limit does not allow one more, which ends
/// the process.
std::error_code Join(World& world, Process& process, const std::shared_ptr<Job>& job);

/// The job that a child of the process begins in: the first one of its chain that does not let it go, or none. Errors:
/// kAccessDenied when the child asks for breakaway and the immediate job allows none.
std::error_code Inherit(const Process& parent, bool breakaway, std::shared_ptr<Job>& job);

/// How a process comes to its end, which decides what its jobs report.
enum class End {
  kExit,     ///< by itself or by TerminateProcess: reported
  kWithJob,  ///< by TerminateJob or with the last handle: only "no process left" is reported
};

/// Ends a process that is alive.
void EndProcess(World& world, Process& process, std::uint32_t exit_code, End end);

/// Ends all members of the job, nested ones included.
void EndMembers(World& world, const Job& job, std::uint32_t exit_code);

/// Starts a process without an image: the part that all ways to start one share. `id`: one that is free, or a new one.
Process& NewProcess(World& world, ProcessId id = ProcessId::kNone);

/// Posts to the port of the job, if it has one and reports such messages.
void Post(World& world, const Job& job, std::uint32_t message, std::uint64_t value);

/// Posts to the ports of the job and of those above it.
void PostUp(World& world, const Job& job, std::uint32_t message, ProcessId process);

/// Posts to the port of the process's immediate job, then to those of the ancestors.
void PostAll(World& world, const Process& process, std::uint32_t message);

}  // namespace winjob::fake
