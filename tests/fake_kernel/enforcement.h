// What limits do to processes: who may join, what may be committed, who has used up the time.
#pragma once

#include "tests/fake_kernel/world.h"

namespace winjob::fake {

/// The exit code of a process that a full job did not admit (STATUS_QUOTA_EXCEEDED).
inline constexpr std::uint32_t kQuotaExceeded = 0xC0000044;

/// Whether one more process may be in the job. A refusal (kNotEnoughQuota) is reported.
std::error_code Admit(World& world, const Job& job);

/// Counts what a live process has used, then ends what has run out of time.
void Charge(World& world, Process& process, const Usage& usage);

/// Ends a live process as a limit does: with a message, and counted as terminated.
void EndByLimit(World& world, Process& process, std::uint32_t message);

/// Adds to the job's commit charge, and to its peaks.
void AddMemory(Job& job, const Process& process, std::uint64_t bytes);

/// Reports a threshold that has just been exceeded, unless the last report was not read yet. `process` is the cause.
void Watch(World& world, Job& job, const Process& process);

}  // namespace winjob::fake
