#include "tests/fake_kernel/limits.h"

#include <algorithm>

namespace winjob::fake {
namespace {

using abi::JOBOBJECT_BASIC_LIMIT_INFORMATION;
using abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION;

constexpr std::uint64_t kPage = 4096;

bool IsPriorityClass(std::uint32_t value) {
  constexpr std::uint32_t kClasses[] = {0x20, 0x40, 0x80, 0x100, 0x4000, 0x8000};
  return std::find(std::begin(kClasses), std::end(kClasses), value) != std::end(kClasses);
}

bool NeedsPrivilege(const JOBOBJECT_BASIC_LIMIT_INFORMATION& limits) {
  constexpr std::uint32_t kRaised[] = {0x80, 0x100, 0x8000};  // high, real-time, above normal
  const bool raised = std::find(std::begin(kRaised), std::end(kRaised), limits.PriorityClass) != std::end(kRaised);
  return ((limits.LimitFlags & abi::kLimitPriorityClass) && raised) ||
         ((limits.LimitFlags & abi::kLimitSchedulingClass) && limits.SchedulingClass > 5);
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
bool AreValid(const World& world, const JOBOBJECT_BASIC_LIMIT_INFORMATION& limits) {
  const auto has = [&limits](std::uint32_t flag) { return (limits.LimitFlags & flag) != 0; };
  if (has(abi::kLimitJobTime) && has(abi::kLimitPreserveJobTime)) return false;
  if (has(abi::kLimitWorkingSet) && (limits.MinimumWorkingSetSize == 0 || limits.MaximumWorkingSetSize == 0 ||
                                     limits.MinimumWorkingSetSize > limits.MaximumWorkingSetSize))
    return false;
  if (has(abi::kLimitAffinity) && (limits.Affinity == 0 || (limits.Affinity & ~world.processors.front()) != 0))
    return false;
  if (has(abi::kLimitSubsetAffinity) && !has(abi::kLimitAffinity)) return false;
  if (has(abi::kLimitPriorityClass) && !IsPriorityClass(limits.PriorityClass)) return false;
  return !has(abi::kLimitSchedulingClass) || limits.SchedulingClass < 10;
}

std::error_code Store(World& world, Job& job, JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits) {
  JOBOBJECT_BASIC_LIMIT_INFORMATION& basic = limits.BasicLimitInformation;
  const JOBOBJECT_BASIC_LIMIT_INFORMATION& old = job.limits.BasicLimitInformation;
  if (!AreValid(world, basic)) return Win32Error::kInvalidParameter;
  if (NeedsPrivilege(basic) && !world.privileged) return Win32Error::kPrivilegeNotHeld;

  if (basic.LimitFlags & abi::kLimitPreserveJobTime) {
    basic.LimitFlags &= ~abi::kLimitPreserveJobTime;
    basic.LimitFlags |= old.LimitFlags & abi::kLimitJobTime;
    basic.PerJobUserTimeLimit = old.PerJobUserTimeLimit;
  } else {
    if (basic.LimitFlags & abi::kLimitJobTime) job.period_start = job.usage;
    job.out_of_time = false;
  }
  // Kept in pages.
  if (basic.LimitFlags & abi::kLimitProcessMemory) limits.ProcessMemoryLimit &= ~(kPage - 1);
  if (basic.LimitFlags & abi::kLimitJobMemory) limits.JobMemoryLimit &= ~(kPage - 1);
  limits.IoInfo = {};
  limits.PeakProcessMemoryUsed = job.limits.PeakProcessMemoryUsed;
  limits.PeakJobMemoryUsed = job.limits.PeakJobMemoryUsed;
  job.limits = limits;
  return {};
}

// The jobs that are known by a handle or by a process.
std::set<const Job*> AllJobs(const World& world) {
  std::set<const Job*> jobs;
  for (const auto& [handle, open] : world.handles)
    if (const auto* job = std::get_if<std::shared_ptr<Job>>(&open.object)) jobs.insert(job->get());
  for (const auto& [id, process] : world.processes)
    for (const Job* job = process->job.get(); job != nullptr; job = job->parent.get()) jobs.insert(job);
  return jobs;
}

bool IsBelow(const Job& job, const Job& above) {
  for (const Job* its = job.parent.get(); its != nullptr; its = its->parent.get())
    if (its == &above) return true;
  return false;
}

std::uint32_t LeastRate(const Job& job) {
  return (job.cpu.ControlFlags & abi::kCpuRateMinMax) != 0 ? job.cpu.Range.MinRate : 0;
}

}  // namespace

bool AnyRelated(const World& world, const Job& job, bool (*condition)(const Job&)) {
  const std::set<const Job*> jobs = AllJobs(world);
  return std::any_of(jobs.begin(), jobs.end(), [&](const Job* other) {
    return (IsBelow(*other, job) || IsBelow(job, *other)) && condition(*other);
  });
}

std::error_code SetLimits(World& world, Job& job, const JOBOBJECT_BASIC_LIMIT_INFORMATION& limits) {
  if ((limits.LimitFlags & ~abi::kBasicLimitValidFlags) != 0) return Win32Error::kInvalidParameter;
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION extended{};
  extended.BasicLimitInformation = limits;
  return Store(world, job, extended);
}

std::error_code SetLimits(World& world, Job& job, const JOBOBJECT_EXTENDED_LIMIT_INFORMATION& limits) {
  const std::uint32_t flags = limits.BasicLimitInformation.LimitFlags;
  if ((flags & ~abi::kExtendedLimitValidFlags) != 0) return Win32Error::kInvalidParameter;
  return Store(world, job, limits);
}

std::error_code SetUi(World& world, Job& job, const abi::JOBOBJECT_BASIC_UI_RESTRICTIONS& info) {
  constexpr std::uint32_t kValid = 0x3FF;  // of Windows 11
  if ((info.UIRestrictionsClass & ~kValid) != 0) return Win32Error::kInvalidParameter;
  const bool nested = AnyRelated(world, job, [](const Job&) { return true; });
  if (info.UIRestrictionsClass != 0 && nested) return Win32Error::kAccessDenied;
  job.ui = info.UIRestrictionsClass;
  return {};
}

std::error_code SetEndOfJobTime(Job& job, const abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION& info) {
  if (info.EndOfJobTimeAction > abi::kPostAtEndOfJob) return Win32Error::kInvalidParameter;
  job.end_of_job_time = info.EndOfJobTimeAction;
  return {};
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_cpu_rate_control_information
std::error_code SetCpu(World& world, Job& job, const abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION& info) {
  const std::uint32_t flags = info.ControlFlags;
  const bool range = (flags & abi::kCpuRateMinMax) != 0;
  const bool weight = (flags & abi::kCpuRateWeightBased) != 0;
  if ((flags & ~abi::kCpuRateValidFlags) != 0) return Win32Error::kInvalidParameter;
  if ((flags & abi::kCpuRateEnable) == 0) {
    // Off: only by zero, and only what was on.
    if (flags != 0 || job.cpu.ControlFlags == 0) return Win32Error::kInvalidParameter;
    job.cpu = {};
    return {};
  }
  if (range && (weight || (flags & abi::kCpuRateHardCap))) return Win32Error::kInvalidParameter;
  const bool valid =
      range    ? info.Range.MaxRate <= 10'000 && info.Range.MaxRate > 0 && info.Range.MinRate <= info.Range.MaxRate
      : weight ? info.Weight >= 1 && info.Weight <= 9
               : info.CpuRate >= 1 && info.CpuRate <= 10'000;
  if (!valid) return Win32Error::kInvalidParameter;
  // What is kept free for all jobs together is no more than there is.
  std::uint32_t kept = range ? info.Range.MinRate : 0;
  for (const Job* other : AllJobs(world)) kept += other == &job ? 0 : LeastRate(*other);
  if (range && kept > 10'000) return Win32Error::kInvalidParameter;
  job.cpu = info;
  return {};
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_net_rate_control_information
std::error_code SetNet(World& world, Job& job, const abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION& info) {
  const std::uint32_t flags = info.ControlFlags;
  if ((flags & ~abi::kNetRateValidFlags) != 0) return Win32Error::kInvalidParameter;
  if ((flags & abi::kNetRateEnable) == 0) {
    if (flags != 0 || job.net.ControlFlags == 0) return Win32Error::kInvalidParameter;
    job.net = {};
    return {};
  }
  if ((flags & abi::kNetRateDscpTag) && info.DscpTag > 0x3F) return Win32Error::kInvalidParameter;
  if (AnyRelated(world, job, [](const Job& other) { return other.net.ControlFlags != 0; }))
    return Win32Error::kInvalidParameter;
  job.net = info;
  return {};
}

std::error_code SetGroups(World& world, Job& job, std::span<const abi::GROUP_AFFINITY> groups) {
  for (const abi::GROUP_AFFINITY& entry : groups) {
    const bool reserved = entry.Reserved[0] != 0 || entry.Reserved[1] != 0 || entry.Reserved[2] != 0;
    if (reserved || entry.Group >= world.processors.size()) return Win32Error::kInvalidParameter;
    if (entry.Mask == 0 || (entry.Mask & ~world.processors[entry.Group]) != 0) return Win32Error::kInvalidParameter;
  }
  job.groups.assign(groups.begin(), groups.end());
  return {};
}

std::vector<abi::GROUP_AFFINITY> Groups(const World& world, const Job& job) {
  const JOBOBJECT_BASIC_LIMIT_INFORMATION& limits = job.limits.BasicLimitInformation;
  if (limits.LimitFlags & abi::kLimitAffinity) return {{limits.Affinity, 0, {}}};
  if (!job.groups.empty()) return job.groups;
  std::vector<abi::GROUP_AFFINITY> all;
  for (std::size_t group = 0; group < world.processors.size(); ++group)
    all.push_back({world.processors[group], static_cast<std::uint16_t>(group), {}});
  return all;
}

}  // namespace winjob::fake
