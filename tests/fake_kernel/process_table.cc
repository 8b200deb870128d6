// The fake kernel's table of processes.
#include "winjob/process_table.h"

#include "tests/fake_kernel/world.h"

namespace winjob::fake {

void DescribeAs(ProcessId process, const Description& description) {
  Visit().world().descriptions[process] = description;
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

bool IsSystemProcess(const ProcessEntry& process) noexcept { return Visit().world().descriptions[process.id].system; }

}  // namespace winjob::kernel
