// Which limits this machine can hold, and why not the others.
#pragma once

#include <cstdint>
#include <string_view>
#include <system_error>

#include "winjob/limits.h"
#include "winjob/linux/held_limits.h"
#include "winjob/notification_limits.h"

namespace winjob::linux_kernel {

/// The LimitFlags of class 9 that are held in groups.
[[nodiscard]] std::uint32_t HeldFlags() noexcept;

/// Why this machine cannot hold what `change` has for the limit; empty when it can.
[[nodiscard]] std::string_view WhyNot(LimitKind kind, const Limits& change) noexcept;

/// Errors: kNotSupported for what WhyNot has a reason for, kInvalidParameter for values that mean nothing here,
/// kPrivilegeNotHeld for a priority that this program may not give.
[[nodiscard]] std::error_code CheckHeld(const HeldLimits& limits) noexcept;

}  // namespace winjob::linux_kernel
