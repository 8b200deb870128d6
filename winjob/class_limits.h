// Limits that have an information class of their own: read, set and taken off one by one.
#pragma once

#include "winjob/kernel.h"
#include "winjob/limits.h"

namespace winjob {

/// Reads into `limits` those that are in force. Classes that this kernel does not have leave their member empty.
[[nodiscard]] std::error_code ReadClassLimits(kernel::RawHandle job, Limits& limits);

/// Sets the one limit of this kind, which `limits` has; a switch that is off takes it off.
[[nodiscard]] std::error_code SetClassLimit(kernel::RawHandle job, LimitKind kind, const Limits& limits);

/// Takes the limit off. Nothing happens when it is not in force, for example because this kernel does not have it:
/// Windows refuses to switch a rate off that was never on.
[[nodiscard]] std::error_code ResetClassLimit(kernel::RawHandle job, LimitKind kind);

}  // namespace winjob
