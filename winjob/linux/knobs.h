// The limits that controllers hold: which file of which controller each one is written to, and as what.
#pragma once

#include <functional>
#include <system_error>
#include <vector>

#include "winjob/linux/controller_groups.h"
#include "winjob/linux/held_limits.h"

namespace winjob::linux_kernel {

/// Turns the controllers' knobs from what `before` has to what `after` has, and makes the groups that this needs. When
/// one refuses, those that were turned are turned back as far as that goes.
/// Errors: kNotSupported when a controller is missing, kBusy when a version 1 group uses more memory than it may,
/// kInvalidParameter for what the kernel finds out of range.
[[nodiscard]] std::error_code TurnKnobs(const HeldLimits& before, const HeldLimits& after, ControllerGroups& groups,
                                        const std::function<std::vector<pid_t>()>& members);

/// The processors that the limits allow, as the kernel's list ("0-3,8" or "0,1"); empty when they do not say.
[[nodiscard]] std::string ProcessorList(const HeldLimits& limits);

/// Microseconds of processor time in each period of 100 ms that a hard cap leaves to all processors together.
[[nodiscard]] std::uint64_t QuotaOf(std::uint32_t hundredths, std::uint32_t processors) noexcept;
inline constexpr std::uint64_t kLeastQuota = 1000;  ///< the kernel takes no smaller one

/// Writes a limit on one disk; zeros take it off. The answer is 0 or errno.
[[nodiscard]] int WriteIoRate(int directory, int version, const HeldIoRate& rate) noexcept;

}  // namespace winjob::linux_kernel
