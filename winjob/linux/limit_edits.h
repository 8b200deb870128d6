// Writing the information classes that hold limits: each one is an edit of what the job holds.
#pragma once

#include <cstdint>
#include <system_error>

#include "winjob/linux/job.h"

namespace winjob::linux_kernel {

/// Errors of all: kInvalidParameter for flags and values that Windows knows nothing of, and what Job::ChangeLimits has.
[[nodiscard]] std::error_code WriteBasicLimit(Job& job, const abi::JOBOBJECT_BASIC_LIMIT_INFORMATION& limit) noexcept;
[[nodiscard]] std::error_code WriteExtendedLimit(Job& job,
                                                 const abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& limit) noexcept;
[[nodiscard]] std::error_code WriteCpuRate(Job& job, const abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION& rate) noexcept;
[[nodiscard]] std::error_code WriteEndOfJobTime(Job& job,
                                                const abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION& end) noexcept;
[[nodiscard]] std::error_code WriteThresholds(
    Job& job, const abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2& thresholds) noexcept;
/// An array of any length; an empty one takes the limit off. Errors also: kBadLength.
[[nodiscard]] std::error_code WriteGroups(Job& job, const void* in, std::uint32_t size) noexcept;

}  // namespace winjob::linux_kernel
