// What the contract suite needs beyond the seam: processes that behave as told. One driver per kind of kernel, chosen
// when a suite is linked: fake_driver.cc or real_driver.cc.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "winjob/job.h"

namespace winjob::contract {

/// Called once, with the path of the test executable.
void SetUpDriver(const char* program);

/// Called before each test.
void BeginTest();

/// Starts examples/workload with the steps in `request.command`, such as {"sleep", "forever"}.
Result<Process> Start(kernel::StartRequest request, std::span<const Job* const> jobs);

/// Gives the name to an object that is no job. False: this driver has no other kind of object.
bool OccupyName(std::string_view name);

/// The process starts a child that asks to leave its jobs. Empty: this driver cannot make it do so.
std::optional<std::error_code> BreakAway(const Process& parent);

}  // namespace winjob::contract
