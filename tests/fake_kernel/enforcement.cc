#include "tests/fake_kernel/enforcement.h"

#include <algorithm>

#include "tests/fake_kernel/membership.h"

namespace winjob::fake {
namespace {

constexpr auto kNotEnoughQuota = static_cast<std::uint32_t>(Win32Error::kNotEnoughQuota);

bool Has(const Job& job, std::uint32_t flag) { return (job.limits.BasicLimitInformation.LimitFlags & flag) != 0; }

void CountTerminated(const Process& process) {
  for (Job* job = process.job.get(); job != nullptr; job = job->parent.get()) ++job->terminated_processes;
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_end_of_job_time_information
void EndOfTime(World& world, Job& job) {
  if (job.end_of_job_time == abi::kPostAtEndOfJob && job.port != nullptr) {
    job.limits.BasicLimitInformation.LimitFlags &= ~abi::kLimitJobTime;
    Post(world, job, abi::kMsgEndOfJobTime, 0);
    return;
  }
  job.out_of_time = true;
  for (const Process* member : job.members) CountTerminated(*member);
  EndMembers(world, job, kNotEnoughQuota);
}

bool IsOutOfTime(const Job& job) {
  const std::int64_t used = job.usage.user_time.count() - job.period_start.user_time.count();
  return Has(job, abi::kLimitJobTime) && used >= job.limits.BasicLimitInformation.PerJobUserTimeLimit;
}

// Whether one of the process's jobs gives a process less time than it has used.
bool IsOutOfTime(const Process& process) {
  for (const Job* job = process.job.get(); job != nullptr; job = job->parent.get()) {
    const std::int64_t limit = job->limits.BasicLimitInformation.PerProcessUserTimeLimit;
    if (Has(*job, abi::kLimitProcessTime) && process.usage.user_time.count() >= limit) return true;
  }
  return false;
}

// The first limit in the chain that does not allow the commitment; nothing when all do.
std::pair<const Job*, std::uint32_t> Refusal(const Process& process, std::uint64_t bytes) {
  for (const Job* job = process.job.get(); job != nullptr; job = job->parent.get()) {
    if (Has(*job, abi::kLimitProcessMemory) && process.memory + bytes > job->limits.ProcessMemoryLimit)
      return {job, abi::kMsgProcessMemoryLimit};
    if (Has(*job, abi::kLimitJobMemory) && job->memory + bytes > job->limits.JobMemoryLimit)
      return {job, abi::kMsgJobMemoryLimit};
  }
  return {};
}

}  // namespace

std::error_code Admit(World& world, const Job& job) {
  if (job.out_of_time) return Win32Error::kNotEnoughQuota;
  const std::uint32_t limit = job.limits.BasicLimitInformation.ActiveProcessLimit;
  if (!Has(job, abi::kLimitActiveProcess) || ActiveProcesses(job) < limit) return {};
  PostUp(world, job, abi::kMsgActiveProcessLimit, ProcessId::kNone);
  return Win32Error::kNotEnoughQuota;
}

void Charge(World& world, Process& process, const Usage& usage) {
  process.usage += usage;
  std::vector<Job*> jobs;
  for (Job* job = process.job.get(); job != nullptr; job = job->parent.get()) jobs.push_back(job);
  for (Job* job : jobs) job->usage += usage;
  for (Job* job : jobs) Watch(world, *job, process);
  if (IsOutOfTime(process)) EndByLimit(world, process, abi::kMsgEndOfProcessTime);
  for (Job* job : jobs)
    if (!job->out_of_time && IsOutOfTime(*job)) EndOfTime(world, *job);
}

void EndByLimit(World& world, Process& process, std::uint32_t message) {
  CountTerminated(process);
  PostAll(world, process, message);
  EndProcess(world, process, kNotEnoughQuota, End::kExit);
}

void AddMemory(Job& job, const Process& process, std::uint64_t bytes) {
  job.memory += bytes;
  job.limits.PeakJobMemoryUsed = std::max(job.limits.PeakJobMemoryUsed, job.memory);
  job.limits.PeakProcessMemoryUsed = std::max(job.limits.PeakProcessMemoryUsed, process.memory);
}

bool Commit(ProcessId id, Bytes bytes) {
  const Visit visit;
  const auto found = visit.world().processes.find(id);
  if (found == visit.world().processes.end() || found->second->exit_code) return false;
  Process& process = *found->second;
  if (const auto [job, message] = Refusal(process, bytes.count()); job != nullptr) {
    PostUp(visit.world(), *job, message, id);
    visit.Changed();
    return false;
  }
  process.memory += bytes.count();
  for (Job* job = process.job.get(); job != nullptr; job = job->parent.get()) {
    AddMemory(*job, process, bytes.count());
    Watch(visit.world(), *job, process);
  }
  visit.Changed();
  return true;
}

void Decommit(ProcessId id, Bytes bytes) {
  const Visit visit;
  const auto found = visit.world().processes.find(id);
  if (found == visit.world().processes.end() || found->second->exit_code) return;
  Process& process = *found->second;
  const std::uint64_t less = std::min(process.memory, bytes.count());
  process.memory -= less;
  for (Job* job = process.job.get(); job != nullptr; job = job->parent.get()) {
    job->memory -= less;
    Watch(visit.world(), *job, process);
  }
  visit.Changed();
}

}  // namespace winjob::fake
