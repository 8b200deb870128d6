// The driver of the fake kernel: does to a process at once what the workload program would do by and by.
#include <charconv>
#include <cstdint>

#include "tests/contract/driver.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::contract {
namespace {

std::uint32_t Number(const std::string& text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Only the steps that the suite uses.
void Act(ProcessId process, const std::vector<std::string>& steps) {
  constexpr std::uint32_t kAccessViolation = 0xC0000005;
  for (std::size_t i = 0; i < steps.size() && fake::Alive(process); ++i) {
    const std::string& step = steps[i];
    if (step == "sleep") return;  // the suite only ever sleeps for ever
    if (step == "crash") fake::Exit(process, kAccessViolation);
    if (step == "exit") fake::Exit(process, Number(steps[++i]));
    if (step == "spin") fake::Use(process, {.user_time = Ticks(Ticks::kPerSecond * Number(steps[++i]))});
    if (step == "children")
      for (std::uint32_t left = Number(steps[++i]); left > 0; --left) std::ignore = fake::Spawn(process);
  }
  fake::Exit(process, 0);
}

}  // namespace

void SetUpDriver(const char*) {}

void BeginTest() { fake::Reset(); }

Result<Process> Start(kernel::StartRequest request, std::span<const Job* const> jobs) {
  const std::vector<std::string> steps = request.command;
  request.command.insert(request.command.begin(), "workload");
  Result<Process> process = Process::Start(request, jobs);
  if (process) Act(process->id(), steps);
  return process;
}

bool OccupyName(std::string_view name) {
  fake::OccupyName(name);
  return true;
}

std::optional<std::error_code> BreakAway(const Process& parent) {
  const Result<ProcessId> child = fake::Spawn(parent.id(), true);
  return child ? std::error_code() : child.error();
}

}  // namespace winjob::contract
