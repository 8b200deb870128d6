// The controls of the fake kernel that make processes live: children, exits, usage and the clock.
#include <algorithm>

#include "tests/fake_kernel/enforcement.h"
#include "tests/fake_kernel/membership.h"
#include "tests/fake_kernel/world.h"

namespace winjob::fake {
namespace {

std::shared_ptr<Process> FindLive(World& world, ProcessId id) {
  const auto found = world.processes.find(id);
  return found == world.processes.end() || found->second->exit_code ? nullptr : found->second;
}

bool IsStopped(const Process& process) {
  if (process.suspended) return true;
  for (const Job* job = process.job.get(); job != nullptr; job = job->parent.get())
    if (job->frozen) return true;
  return false;
}

Usage Part(const Usage& per_second, Timeout time) {
  const auto part = [time](auto amount) {
    return static_cast<decltype(amount)>(amount * static_cast<decltype(amount)>(time.count()) / 1000);
  };
  return {Ticks(part(per_second.user_time.count())),
          Ticks(part(per_second.kernel_time.count())),
          part(per_second.page_faults),
          part(per_second.read_operations),
          part(per_second.write_operations),
          part(per_second.other_operations),
          Bytes(part(per_second.read_bytes.count())),
          Bytes(part(per_second.write_bytes.count())),
          Bytes(part(per_second.other_bytes.count())),
          Bytes(part(per_second.disk_read_bytes.count())),
          Bytes(part(per_second.disk_write_bytes.count())),
          part(per_second.disk_read_operations),
          part(per_second.disk_write_operations),
          part(per_second.disk_flush_operations),
          part(per_second.context_switches),
          part(per_second.cycles)};
}

// Lets all processes run until `time`; none of them ends on the way, unless by a limit.
void RunUntil(World& world, Timeout time) {
  for (const auto& [id, process] : world.processes)
    if (!process->exit_code && !IsStopped(*process)) Charge(world, *process, Part(process->pace, time - world.now));
  world.now = time;
}

std::shared_ptr<Process> NextToExit(const World& world, Timeout until) {
  std::shared_ptr<Process> next;
  for (const auto& [id, process] : world.processes) {
    if (process->exit_code || !process->planned_exit || process->planned_exit->first > until) continue;
    if (next == nullptr || process->planned_exit->first < next->planned_exit->first) next = process;
  }
  return next;
}

}  // namespace

bool Stopped(ProcessId process) {
  const Visit visit;
  const auto found = FindLive(visit.world(), process);
  return found != nullptr && IsStopped(*found);
}

ProcessId AddProcess(ProcessId id) { return NewProcess(Visit().world(), id).id; }

Result<ProcessId> Spawn(ProcessId parent, bool breakaway) {
  const Visit visit;
  const std::shared_ptr<Process> from = FindLive(visit.world(), parent);
  if (from == nullptr) return Win32Error::kInvalidParameter;

  std::shared_ptr<Job> job;
  if (const std::error_code error = Inherit(*from, breakaway, job)) return error;
  Process& child = NewProcess(visit.world());
  if (job != nullptr)
    if (const std::error_code error = Join(visit.world(), child, job)) return error;
  visit.Changed();
  return child.id;
}

void Exit(ProcessId process, std::uint32_t exit_code) {
  const Visit visit;
  if (const auto found = FindLive(visit.world(), process)) EndProcess(visit.world(), *found, exit_code, End::kExit);
  visit.Changed();
}

void EndByLimit(ProcessId process, std::uint32_t message) {
  const Visit visit;
  const auto found = FindLive(visit.world(), process);
  if (found == nullptr) return;
  EndByLimit(visit.world(), *found, message);
  visit.Changed();
}

void Use(ProcessId process, const Usage& usage) {
  const Visit visit;
  if (const auto found = FindLive(visit.world(), process)) Charge(visit.world(), *found, usage);
  visit.Changed();
}

void SetPace(ProcessId process, const Usage& per_second) {
  const Visit visit;
  if (const auto found = FindLive(visit.world(), process)) found->pace = per_second;
}

void ExitAfter(ProcessId process, Timeout delay, std::uint32_t exit_code) {
  const Visit visit;
  if (const auto found = FindLive(visit.world(), process))
    found->planned_exit.emplace(visit.world().now + delay, exit_code);
}

void Advance(Timeout time) {
  const Visit visit;
  World& world = visit.world();
  const Timeout until = world.now + time;
  while (const auto process = NextToExit(world, until)) {
    RunUntil(world, std::max(world.now, process->planned_exit->first));
    EndProcess(world, *process, process->planned_exit->second, End::kExit);
  }
  RunUntil(world, until);
  visit.Changed();
}

}  // namespace winjob::fake
