// The driver of the fake kernel: does to a process at once what the workload program would do by and by.
#include <charconv>
#include <cstdint>
#include <deque>

#include "tests/contract/driver.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::contract {
namespace {

using Steps = std::vector<std::string>;

// Processes that were stopped before they did anything.
struct Waiting {
  ProcessId process;
  Steps steps;
};
std::deque<Waiting>& Idle() {
  static std::deque<Waiting> idle;
  return idle;
}

std::uint32_t Number(const std::string& text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

constexpr std::uint64_t kMegabyte = 1 << 20;
constexpr std::uint64_t kBlocks = 16;  // of the workload, in a megabyte

// Only the steps that the suite uses.
void Act(ProcessId process, const Steps& steps) {
  constexpr std::uint32_t kAccessViolation = 0xC0000005;
  for (std::size_t i = 0; i < steps.size() && fake::Alive(process); ++i) {
    const std::string& step = steps[i];
    if (step == "sleep") return;  // the suite only ever sleeps for ever
    if (step == "crash") fake::Exit(process, kAccessViolation);
    if (step == "break-away") {
      if (const Result<ProcessId> child = fake::Spawn(process, true); !child)
        fake::Exit(process, static_cast<std::uint32_t>(child.error().value()));
      continue;
    }
    const std::uint32_t amount = i + 1 < steps.size() ? Number(steps[++i]) : 0;
    if (step == "exit") fake::Exit(process, amount);
    if (step == "spin") fake::Use(process, {.user_time = Ticks(Ticks::kPerSecond * amount)});
    if (step == "write")
      fake::Use(process, {.write_operations = kBlocks * amount, .write_bytes = Bytes(kMegabyte * amount)});
    if (step == "read")
      fake::Use(process, {.read_operations = kBlocks * amount, .read_bytes = Bytes(kMegabyte * amount)});
    if (step == "alloc" && !fake::Commit(process, Bytes(kMegabyte * amount))) fake::Exit(process, 1);
    for (std::uint32_t left = step == "children" ? amount : 0; left > 0; --left)
      if (!fake::Spawn(process)) fake::Exit(process, 1);
  }
  fake::Exit(process, 0);
}

}  // namespace

void SetUpDriver(const char*) {}

void BeginTest() {
  Idle().clear();
  fake::Reset();
}

Result<Process> Start(kernel::StartRequest request, std::span<const Job* const> jobs) {
  const Steps steps = request.command;
  request.command.insert(request.command.begin(), "workload");
  Result<Process> process = Process::Start(request, jobs);
  if (process && fake::Stopped(process->id()))
    Idle().push_back({process->id(), steps});
  else if (process)
    Act(process->id(), steps);
  return process;
}

void Proceed() {
  std::erase_if(Idle(), [](const Waiting& waiting) {
    if (fake::Stopped(waiting.process)) return false;
    Act(waiting.process, waiting.steps);
    return true;
  });
}

std::optional<bool> Signalled(const Job& job) { return fake::Signalled(job.raw()); }

bool OccupyName(std::string_view name) {
  fake::OccupyName(name);
  return true;
}

std::optional<PriorityClass> PriorityOf(const Process& process) {
  return static_cast<PriorityClass>(fake::EffectiveLimits(process.id()).priority_class);
}

std::optional<std::uint64_t> AffinityOf(const Process& process) { return fake::EffectiveLimits(process.id()).affinity; }

bool Do(ProcessId process, const Deed& deed) {
  fake::Use(process, {.user_time = deed.user_time,
                      .kernel_time = deed.kernel_time,
                      .page_faults = deed.page_faults,
                      .read_operations = deed.read_operations,
                      .write_operations = deed.write_operations,
                      .other_operations = deed.other_operations,
                      .read_bytes = deed.read_bytes,
                      .write_bytes = deed.write_bytes,
                      .other_bytes = deed.other_bytes});
  fake::Decommit(process, deed.decommitted);
  return true;
}

bool DropPrivilege() {
  fake::DropPrivilege();
  return true;
}

bool EnterSession(std::uint32_t session) {
  fake::SetSession(session);
  return true;
}

bool RestrictAccess(std::string_view name, std::uint32_t allowed) {
  fake::RestrictAccess(name, allowed);
  return true;
}

bool ExceedRate(std::string_view name, ExceededRate rate, std::uint32_t tolerance) {
  constexpr fake::Rate kRates[] = {fake::Rate::kCpu, fake::Rate::kIo, fake::Rate::kNet};
  fake::ExceedRate(name, kRates[static_cast<std::size_t>(rate)], tolerance);
  return true;
}

}  // namespace winjob::contract
