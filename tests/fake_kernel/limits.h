// What the kernel accepts as limits, and how it stores them.
#pragma once

#include <span>

#include "tests/fake_kernel/world.h"

namespace winjob::fake {

/// Whether another job of the hierarchy meets the condition.
bool AnyRelated(const World& world, const Job& job, bool (*condition)(const Job&));

/// Classes 2 and 9; a basic set switches the extended limits off too. Errors: kInvalidParameter, kPrivilegeNotHeld.
std::error_code SetLimits(World& world, Job& job, const abi::JOBOBJECT_BASIC_LIMIT_INFORMATION& limits);
std::error_code SetLimits(World& world, Job& job, const abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& limits);

std::error_code SetUi(World& world, Job& job, const abi::JOBOBJECT_BASIC_UI_RESTRICTIONS& info);
std::error_code SetEndOfJobTime(Job& job, const abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION& info);
std::error_code SetCpu(World& world, Job& job, const abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION& info);
std::error_code SetNet(World& world, Job& job, const abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION& info);

/// Class 14. No entries: the default, which is all processors of every group.
std::error_code SetGroups(World& world, Job& job, std::span<const abi::GROUP_AFFINITY> groups);
std::vector<abi::GROUP_AFFINITY> Groups(const World& world, const Job& job);

}  // namespace winjob::fake
