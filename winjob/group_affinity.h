// The processors of a job on a machine with several processor groups (class 14).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "winjob/kernel.h"
#include "winjob/limits.h"

namespace winjob {

/// Reads the masks. Empty when the kernel does not have the class, and when the job has the masks of a new job, which
/// is how the kernel shows that none are set.
/// Cost: makes an anonymous job to compare with.
[[nodiscard]] std::error_code QueryGroupAffinity(kernel::RawHandle job, std::optional<std::vector<GroupMask>>& groups);

/// Replaces the masks; without any, the job gets those of a new job.
[[nodiscard]] std::error_code SetGroupAffinity(kernel::RawHandle job, std::span<const GroupMask> groups);

}  // namespace winjob
