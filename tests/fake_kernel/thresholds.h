// Notification limits and their violations in the kernel's structures.
#pragma once

#include "tests/fake_kernel/world.h"

namespace winjob::fake {

std::error_code SetThresholds(Job& job, const abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2& limits);
std::error_code SetThresholds(Job& job, const abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION& limits);
abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION OldThresholds(const Job& job);

/// Reading the violation lets the next one be reported.
abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 ReadViolation(Job& job);
abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION ReadOldViolation(Job& job);

}  // namespace winjob::fake
