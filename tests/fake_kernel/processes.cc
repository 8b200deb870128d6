// The seam's functions on processes.
#include "tests/fake_kernel/membership.h"
#include "tests/fake_kernel/world.h"
#include "winjob/ended_children.h"

namespace winjob::kernel {
namespace {

using fake::Call;
using fake::Find;
using fake::Visit;
using fake::World;

constexpr std::uint32_t kProcessAllAccess = 0x001FFFFF;

std::string_view FileName(std::string_view program) { return program.substr(program.find_last_of("/\\") + 1); }

bool CanStart(const World& world, std::string_view program) {
  return world.programs ? world.programs->contains(program) : !FileName(program).starts_with("missing");
}

// Puts the process into the jobs that a child of the caller begins in, then into the listed ones.
std::error_code JoinAll(World& world, fake::Process& process, const std::vector<std::shared_ptr<fake::Job>>& listed) {
  std::shared_ptr<fake::Job> inherited;
  if (const auto caller = world.processes.find(world.caller); caller != world.processes.end())
    if (const std::error_code error = fake::Inherit(*caller->second, false, inherited)) return error;
  if (inherited != nullptr)
    if (const std::error_code error = Join(world, process, inherited)) return error;
  for (const std::shared_ptr<fake::Job>& job : listed)
    if (const std::error_code error = Join(world, process, job)) return error;
  return {};
}

std::error_code FindJobs(World& world, std::span<const RawHandle> handles,
                         std::vector<std::shared_ptr<fake::Job>>& jobs) {
  for (const RawHandle handle : handles) {
    std::shared_ptr<fake::Job> job;
    if (const std::error_code error = Find(world, handle, abi::kJobAssignProcess, job)) return error;
    jobs.push_back(std::move(job));
  }
  return {};
}

}  // namespace

std::error_code StartProcess(const StartRequest& request, std::span<const RawHandle> jobs, RawHandle& process,
                             ProcessId& id) noexcept {
  const Visit visit(Call::kStartProcess, jobs.empty() ? nullptr : jobs.front());
  if (visit.fault()) return visit.fault();
  World& world = visit.world();

  if (request.command.empty()) return Win32Error::kInvalidParameter;
  if (!CanStart(world, request.command.front())) return Win32Error::kFileNotFound;
  if (request.directory == "missing") return Win32Error::kDirectoryName;
  std::vector<std::shared_ptr<fake::Job>> chain;
  if (const std::error_code error = FindJobs(world, jobs, chain)) return error;

  fake::Process& started = fake::NewProcess(world);
  if (const std::error_code error = JoinAll(world, started, chain)) {
    // The jobs before the one that refused have counted the process, and now report its end.
    EndProcess(world, started, 0, fake::End::kExit);
    visit.Changed();
    return error;
  }
  if (request.keep_names) {
    for (const std::shared_ptr<fake::Job>& job : chain) ++job->handles;
    started.kept_names = chain;
  }
  started.suspended = request.suspended;
  world.descriptions[started.id].image = FileName(request.command.front());
  world.started.push_back({started.id, request});
  id = started.id;
  process = OpenHandleTo(world, world.processes.at(id), kProcessAllAccess);
  visit.Changed();
  return {};
}

std::error_code OpenProcess(ProcessId id, std::uint32_t access, RawHandle& process) noexcept {
  const Visit visit(Call::kOpenProcess);
  if (visit.fault()) return visit.fault();
  World& world = visit.world();

  const auto found = world.processes.find(id);
  if (found == world.processes.end()) return Win32Error::kInvalidParameter;
  const bool gone = found->second->exit_code && found->second->handles == 0;
  if (gone) return Win32Error::kInvalidParameter;
  process = OpenHandleTo(world, found->second, access);
  return {};
}

ProcessId CurrentProcessId() noexcept {
  const Visit visit;
  World& world = visit.world();
  if (world.caller == ProcessId::kNone) world.caller = fake::NewProcess(world).id;
  return world.caller;
}

std::error_code CreationTime(RawHandle process, std::uint64_t& time) noexcept {
  const Visit visit(Call::kCreationTime);
  if (visit.fault()) return visit.fault();
  std::shared_ptr<fake::Process> object;
  if (const std::error_code error = fake::FindToAsk(visit.world(), process, object)) return error;
  time = object->created;
  return {};
}

std::error_code ResumeProcess(RawHandle process) noexcept {
  const Visit visit(Call::kResumeProcess);
  if (visit.fault()) return visit.fault();
  std::shared_ptr<fake::Process> object;
  if (const std::error_code error = fake::FindToAsk(visit.world(), process, object)) return error;
  if (object->exit_code) return Win32Error::kAccessDenied;
  object->suspended = false;
  return {};
}

std::error_code ResumeThread(ThreadId thread) noexcept {
  const Visit visit(Call::kResumeThread);
  if (visit.fault()) return visit.fault();
  for (const auto& [id, process] : visit.world().processes) {
    if (fake::ThreadOf(id) != thread || process->exit_code) continue;
    process->suspended = false;
    return {};
  }
  return Win32Error::kInvalidParameter;
}

std::error_code KeepName(RawHandle job, RawHandle process) noexcept {
  const Visit visit(Call::kKeepName, job);
  if (visit.fault()) return visit.fault();
  std::shared_ptr<fake::Job> kept;
  if (const std::error_code error = Find(visit.world(), job, 0, kept)) return error;
  std::shared_ptr<fake::Process> keeper;
  if (const std::error_code error = Find(visit.world(), process, abi::kProcessDuplicateHandle, keeper)) return error;
  if (keeper->exit_code) return Win32Error::kAccessDenied;
  ++kept->handles;
  keeper->kept_names.push_back(std::move(kept));
  return {};
}

bool MayHaveEndedChildren() noexcept { return true; }

std::error_code WaitProcess(RawHandle process, Timeout timeout, std::optional<std::uint32_t>& exit_code) noexcept {
  Visit visit(Call::kWaitProcess);
  if (visit.fault()) return visit.fault();

  std::shared_ptr<fake::Process> object;
  if (const std::error_code error = Find(visit.world(), process, abi::kSynchronize, object)) return error;
  const auto deadline = fake::Deadline(timeout);
  while (!object->exit_code)
    if (!visit.WaitUntil(deadline) && !object->exit_code) return Win32Error::kWaitTimeout;
  exit_code = object->exit_code;
  return {};
}

std::error_code RequestStop(RawHandle process, ProcessId) noexcept {
  const Visit visit(Call::kRequestStop);
  if (visit.fault()) return visit.fault();

  std::shared_ptr<fake::Process> object;
  if (const std::error_code error = Find(visit.world(), process, 0, object)) return error;
  if (object->exit_code) return Win32Error::kAccessDenied;
  if (visit.world().stubborn.contains(object->id)) return {};
  EndProcess(visit.world(), *object, fake::kControlCExit, fake::End::kExit);
  visit.Changed();
  return {};
}

std::error_code TerminateProcess(RawHandle process, std::uint32_t exit_code) noexcept {
  const Visit visit(Call::kTerminateProcess);
  if (visit.fault()) return visit.fault();

  std::shared_ptr<fake::Process> object;
  if (const std::error_code error = Find(visit.world(), process, abi::kProcessTerminate, object)) return error;
  if (object->exit_code) return Win32Error::kAccessDenied;  // as Windows answers for a process that has ended
  EndProcess(visit.world(), *object, exit_code, fake::End::kExit);
  visit.Changed();
  return {};
}

}  // namespace winjob::kernel
