// What the library reads from a job, as JSON under the kernel's field names.
#pragma once

#include <string>

#include "winjob/accounting.h"
#include "winjob/counters.h"
#include "winjob/limits.h"
#include "winjob/notification_limits.h"

namespace winjob {

/// One object in one line. What is absent in the value is absent in the text. Numbers are the kernel's: times in units
/// of 100 ns, amounts in bytes, flags and masks as numbers; up to 64 bits, which not every reader keeps exactly.
/// Limits that are mere flags appear under the flag's name as true; rates are objects.
[[nodiscard]] std::string ToJson(const Counters& counters);
[[nodiscard]] std::string ToJson(const MemoryUsage& memory);
[[nodiscard]] std::string ToJson(const ExtendedCounters& counters);
[[nodiscard]] std::string ToJson(const Limits& limits);
[[nodiscard]] std::string ToJson(const NotificationLimits& limits);
[[nodiscard]] std::string ToJson(const Violations& violations);

}  // namespace winjob
