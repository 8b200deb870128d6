// The fake kernel's table of processes, and what each of them uses.
#include "winjob/process_table.h"

#include "tests/fake_kernel/membership.h"
#include "tests/fake_kernel/world.h"
#include "winjob/process_counters.h"

namespace winjob::fake {

void DescribeAs(ProcessId process, const Description& description) {
  Visit().world().descriptions[process] = description;
}

void SetWorkingSet(ProcessId process, Bytes bytes) {
  const Visit visit;
  visit.world().processes.at(process)->working_set = bytes.count();
}

void TakeOverId(ProcessId process, unsigned after) { Visit().world().takeover.emplace(process, after); }

// Whether this is the question before which the id changes hands.
void PassOnId(World& world) {
  if (!world.takeover || world.takeover->second-- > 0) return;
  const ProcessId id = std::exchange(world.takeover, std::nullopt)->first;
  EndProcess(world, *world.processes.at(id), 0, End::kExit);
  NewProcess(world, id);
}

}  // namespace winjob::fake

namespace winjob::kernel {

using fake::Call;
using fake::Visit;

std::error_code ListProcesses(std::vector<ProcessEntry>& out) noexcept {
  const Visit visit(Call::kListProcesses);
  out.clear();
  if (visit.fault()) return visit.fault();
  for (const auto& [id, process] : visit.world().processes) {
    if (process->exit_code) continue;
    const fake::Description& description = visit.world().descriptions[id];
    out.push_back({id, description.parent, process->created, description.image});
  }
  return {};
}

std::error_code DescribeProcess(const ProcessEntry& process, ProcessDetails& out) noexcept {
  const Visit visit(Call::kDescribeProcess);
  out = {};
  if (visit.fault()) return visit.fault();
  const fake::Description& description = visit.world().descriptions[process.id];
  out = {description.path, description.command_line, description.user};
  return {};
}

std::error_code ListServices(ProcessId process, std::vector<std::string>& out) noexcept {
  out = Visit().world().descriptions[process].services;
  return {};
}

std::error_code QueryProcessCounters(ProcessId id, ProcessCounters& out) noexcept {
  const Visit visit(Call::kQueryProcessCounters);
  if (visit.fault()) return visit.fault();
  fake::PassOnId(visit.world());
  const auto found = visit.world().processes.find(id);
  if (found == visit.world().processes.end() || found->second->exit_code) return Win32Error::kInvalidParameter;
  constexpr std::uint64_t kUnixEpoch = 116'444'736'000'000'000;  // 1970, since 1601
  constexpr std::uint64_t kMillisecond = Ticks::kPerSecond / 1000;
  const fake::Process& process = *found->second;
  const std::uint32_t known = visit.world().support.counters;
  const std::uint64_t started = process.created - kUnixEpoch;
  out = {};
  out.created = process.created;
  out.started = Ticks(static_cast<std::int64_t>(started - started % kMillisecond));
  if ((known & kUserTime) != 0) out.user_time = process.usage.user_time;
  if ((known & kKernelTime) != 0) out.kernel_time = process.usage.kernel_time;
  out.working_set = Bytes(process.working_set);
  if ((known & kMemory) != 0) out.commit = Bytes(process.memory);
  return {};
}

std::error_code QueryProcessCounters(ProcessId id, ProcessCounters& out, std::string& image) noexcept {
  const std::error_code error = QueryProcessCounters(id, out);
  if (!error) image = Visit().world().descriptions[id].image;
  return error;
}

bool IsSystemProcess(const ProcessEntry& process) noexcept { return Visit().world().descriptions[process.id].system; }

}  // namespace winjob::kernel
