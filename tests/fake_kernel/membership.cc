#include "tests/fake_kernel/membership.h"

#include <algorithm>

#include "tests/fake_kernel/enforcement.h"

namespace winjob::fake {
namespace {

bool Drops(World& world, std::uint32_t message) {
  const auto found = world.drops.find(message);
  if (found == world.drops.end() || found->second == 0) return false;
  --found->second;
  return true;
}

// Exit codes that make a death abnormal.
// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_associate_completion_port
bool IsCrash(std::uint32_t exit_code) {
  constexpr std::uint32_t kCrashes[] = {
      0x80000001, 0x80000002, 0x80000003, 0x80000004,                          // guard page .. single step
      0xC0000005, 0xC0000006, 0xC000001D, 0xC0000025, 0xC0000026, 0xC000008C,  // access violation .. array bounds
      0xC000008D, 0xC000008E, 0xC000008F, 0xC0000090, 0xC0000091, 0xC0000092,  // floating point
      0xC0000093, 0xC00002B4, 0xC00002B5,                                      // and multiple ones
      0xC0000094, 0xC0000095, 0xC0000096, 0xC00000FD, 0xC000013A, 0xC00002C9,  // integer .. NaT consumption
  };
  return std::find(std::begin(kCrashes), std::end(kCrashes), exit_code) != std::end(kCrashes);
}

}  // namespace

void Post(World& world, const Job& job, std::uint32_t message, std::uint64_t value) {
  const bool reported = message < 32 && (job.support.messages >> message & 1U) != 0;
  if (job.port == nullptr || !reported || Drops(world, message)) return;
  job.port->queue.push_back({job.key, message, value});
}

void PostUp(World& world, const Job& job, std::uint32_t message, ProcessId process) {
  for (const Job* above = &job; above != nullptr; above = above->parent.get())
    Post(world, *above, message, static_cast<std::uint64_t>(process));
}

void PostAll(World& world, const Process& process, std::uint32_t message) {
  if (process.job != nullptr) PostUp(world, *process.job, message, process.id);
}

std::uint32_t ActiveProcesses(const Job& job) {
  const auto held = [](const std::shared_ptr<Process>& process) { return process->handles > 0; };
  return static_cast<std::uint32_t>(job.members.size()) +
         static_cast<std::uint32_t>(std::count_if(job.refused.begin(), job.refused.end(), held));
}

bool IsMember(const Process& process, const Job& job) {
  for (const Job* its = process.job.get(); its != nullptr; its = its->parent.get())
    if (its == &job) return true;
  return false;
}

std::error_code Join(World& world, Process& process, const std::shared_ptr<Job>& job) {
  if (process.exit_code) return Win32Error::kAccessDenied;
  if (IsMember(process, *job)) return {};

  if (job->session && *job->session != process.session) return Win32Error::kAccessDenied;

  const std::shared_ptr<Job> outer = process.job;
  if (outer != nullptr) {
    bool below = false;
    for (const Job* above = job->parent.get(); above != nullptr; above = above->parent.get())
      below = below || above == outer.get();
    // A job that once had a member elsewhere can never be nested, even if it is empty again.
    const bool fresh = job->parent == nullptr && job->total_processes == 0;
    if (!below && !fresh) return Win32Error::kAccessDenied;
    if (job->ui != 0 || outer->ui != 0) return Win32Error::kAccessDenied;
    if (fresh) job->parent = outer;
  }

  process.job = job;
  for (Job* joined = job.get(); joined != outer.get(); joined = joined->parent.get()) {
    if (const std::error_code error = Admit(world, *joined)) {
      process.job = outer;
      ++joined->total_processes;
      ++joined->terminated_processes;
      joined->refused.push_back(world.processes.at(process.id));
      EndProcess(world, process, kQuotaExceeded, End::kExit);
      return error;
    }
  }
  for (Job* joined = job.get(); joined != outer.get(); joined = joined->parent.get()) {
    ++joined->total_processes;
    joined->session = process.session;
    joined->usage += process.usage;
    joined->members.push_back(&process);
    AddMemory(*joined, process, process.memory);
    Post(world, *joined, abi::kMsgNewProcess, static_cast<std::uint64_t>(process.id));
  }
  return {};
}

std::error_code Inherit(const Process& parent, bool breakaway, std::shared_ptr<Job>& job) {
  const auto flags = [](const Job& its) { return its.limits.BasicLimitInformation.LimitFlags; };
  constexpr std::uint32_t kEither = abi::kLimitBreakawayOk | abi::kLimitSilentBreakawayOk;
  job = parent.job;
  if (job != nullptr && breakaway && (flags(*job) & kEither) == 0) return Win32Error::kAccessDenied;
  while (job != nullptr && (flags(*job) & (breakaway ? kEither : abi::kLimitSilentBreakawayOk)) != 0) job = job->parent;
  return {};
}

void EndProcess(World& world, Process& process, std::uint32_t exit_code, End end) {
  process.exit_code = exit_code;
  if (end == End::kExit)
    PostAll(world, process, IsCrash(exit_code) ? abi::kMsgAbnormalExitProcess : abi::kMsgExitProcess);
  for (Job* job = process.job.get(); job != nullptr; job = job->parent.get()) {
    std::erase(job->members, &process);
    job->memory -= process.memory;
    Watch(world, *job, process);
    if (job->members.empty()) Post(world, *job, abi::kMsgActiveProcessZero, 0);
  }
  process.memory = 0;
  for (const std::shared_ptr<Job>& job : std::exchange(process.kept_names, {})) ReleaseJob(world, job);
}

void EndMembers(World& world, const Job& job, std::uint32_t exit_code) {
  // A copy: ending a member takes it off the list, and may end others by closing the last handle to their job.
  for (Process* process : std::vector(job.members))
    if (!process->exit_code) EndProcess(world, *process, exit_code, End::kWithJob);
}

Process& NewProcess(World& world, ProcessId id) {
  auto process = std::make_shared<Process>();
  world.last_id += id == ProcessId::kNone ? 4 : 0;
  process->id = id == ProcessId::kNone ? static_cast<ProcessId>(world.last_id) : id;
  process->created = world.last_created += Ticks::kPerSecond;  // no two begin at the same time
  process->session = world.session;
  return *(world.processes[process->id] = process);
}

}  // namespace winjob::fake
