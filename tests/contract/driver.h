// What the contract suite needs beyond the seam: processes that behave as told, and powers over them and over the
// system. One driver per kind of kernel, chosen when a suite is linked: fake_driver.cc or real_driver.cc.
#pragma once

#include <cstdint>
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

/// Gives processes the time to go on. Called again and again by whoever waits for what they do.
void Proceed();

/// Whether a wait for the job would end. Empty: this kernel's jobs are nothing to wait for.
std::optional<bool> Signalled(const Job& job);

/// Gives the name to an object that is no job. False: this kernel has no other kind of object with names.
bool OccupyName(std::string_view name);

/// The priority class that the process has. Empty: this kernel has none.
std::optional<PriorityClass> PriorityOf(const Process& process);

/// The processors that the process may use. Empty: this kernel does not tell.
std::optional<std::uint64_t> AffinityOf(const Process& process);

// Powers that only the driver of the fake has. The others answer false, and the case is skipped for kNoSuchPower.

inline constexpr char kNoSuchPower[] = "a test has no such power over a real kernel";

/// What a process has used, or given back, to the last unit.
struct Deed {
  Ticks user_time{};
  Ticks kernel_time{};
  std::uint64_t page_faults = 0;
  std::uint64_t read_operations = 0;
  std::uint64_t write_operations = 0;
  std::uint64_t other_operations = 0;
  Bytes read_bytes{};
  Bytes write_bytes{};
  Bytes other_bytes{};
  Bytes decommitted{};
};

/// The process does this at once.
bool Do(ProcessId process, const Deed& deed);

/// The caller is no longer allowed to raise priorities.
bool DropPrivilege();

/// The caller, and what it starts from now on, is in this session. It begins in one that is not 0.
bool EnterSession(std::uint32_t session);

/// The existing job of this name grants no other rights to those who open it from now on.
bool RestrictAccess(std::string_view name, std::uint32_t allowed);

/// A rate that a job can exceed.
enum class ExceededRate { kCpu, kIo, kNet };

/// The job of this name exceeds its rate up to this tolerance (1 to 3); 0: no longer.
bool ExceedRate(std::string_view name, ExceededRate rate, std::uint32_t tolerance);

}  // namespace winjob::contract
