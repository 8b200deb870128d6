// The controls of the fake kernel that script it and look into it.
#include "tests/fake_kernel/world.h"

namespace winjob::fake {
namespace {

std::string Name(const World& world, std::string_view name) {
  std::string canonical;
  if (Canonical(world, name, canonical)) canonical = name;
  return canonical;
}

}  // namespace

void Reset() {
  const Visit visit;
  World& world = visit.world();
  for (const auto& [handle, open] : world.handles)
    if (const auto* port = std::get_if<std::shared_ptr<Port>>(&open.object)) (*port)->closed = true;
  for (const auto& [id, process] : world.processes) {
    if (!process->exit_code) process->exit_code = 0;
    process->kept_names.clear();
  }
  world = World();
  visit.Changed();
}

void SetIdentity(const kernel::Identity& identity) { Visit().world().identity = identity; }

void SetSupport(const kernel::Support& support) { Visit().world().support = support; }

void ReadLimitsAsZero() { Visit().world().limits_read_zero = true; }

void LackClass(abi::InfoClass info_class) { Visit().world().missing_classes.insert(info_class); }

void SetProcessors(std::vector<std::uint64_t> groups) { Visit().world().processors = std::move(groups); }

void DropPrivilege() { Visit().world().privileged = false; }

void OverstateAssigned(std::uint32_t count) { Visit().world().overstated = count; }

void DeclarePrograms(std::vector<std::string> programs) {
  Visit().world().programs.emplace(programs.begin(), programs.end());
}

void IgnoreStop(ProcessId process) { Visit().world().stubborn.insert(process); }

void SetSession(std::uint32_t session) { Visit().world().session = session; }

void OccupyName(std::string_view name) {
  const Visit visit;
  visit.world().occupied.insert(Name(visit.world(), name));
}

void RestrictAccess(std::string_view name, std::uint32_t allowed) {
  const Visit visit;
  if (const auto job = FindJob(visit.world(), name)) job->allowed = allowed;
}

void FailNext(Call call, std::error_code error, unsigned after, unsigned times) {
  Visit().world().faults.push_back({std::nullopt, call, error, after, times});
}

void FailNextOn(std::string_view job_name, Call call, std::error_code error, unsigned after, unsigned times) {
  const Visit visit;
  visit.world().faults.push_back({Name(visit.world(), job_name), call, error, after, times});
}

void DropNextMessages(std::uint32_t message, unsigned count) { Visit().world().drops[message] += count; }

std::vector<Started> StartedProcesses() { return Visit().world().started; }

bool Alive(ProcessId process) {
  const Visit visit;
  const auto found = visit.world().processes.find(process);
  return found != visit.world().processes.end() && !found->second->exit_code;
}

bool Suspended(ProcessId process) {
  const Visit visit;
  const auto found = visit.world().processes.find(process);
  return found != visit.world().processes.end() && found->second->suspended;
}

ThreadId ThreadOf(ProcessId process) { return static_cast<ThreadId>(static_cast<std::uint32_t>(process) + 1); }

std::optional<std::uint32_t> ExitCode(ProcessId process) {
  const Visit visit;
  const auto found = visit.world().processes.find(process);
  return found == visit.world().processes.end() ? std::nullopt : found->second->exit_code;
}

std::vector<ProcessId> Members(std::string_view job_name) {
  const Visit visit;
  std::vector<ProcessId> ids;
  if (const auto job = FindJob(visit.world(), job_name))
    for (const auto& member : job->members) ids.push_back(member->id);
  return ids;
}

std::uint32_t LimitFlags(std::string_view job_name) {
  const Visit visit;
  const auto job = FindJob(visit.world(), job_name);
  return job == nullptr ? 0 : job->limits.BasicLimitInformation.LimitFlags;
}

std::string Security(std::string_view job_name) {
  const Visit visit;
  const auto job = FindJob(visit.world(), job_name);
  return job != nullptr ? job->security : std::string();
}

bool Frozen(std::string_view job_name) {
  const Visit visit;
  const auto job = FindJob(visit.world(), job_name);
  return job != nullptr && job->frozen;
}

bool Signalled(kernel::RawHandle job) {
  const Visit visit;
  std::shared_ptr<Job> object;
  return !Find(visit.world(), job, 0, object) && (object->terminated || object->out_of_time);
}

bool NameExists(std::string_view name) {
  const Visit visit;
  return FindJob(visit.world(), name) != nullptr || visit.world().occupied.contains(Name(visit.world(), name));
}

std::size_t OpenHandles() { return Visit().world().handles.size(); }

unsigned BadCloses() { return Visit().world().bad_closes; }

unsigned Calls(Call call) { return Visit().world().calls[static_cast<std::size_t>(call)]; }

bool PostJobMessage(std::string_view job_name, std::uint32_t message, std::uint64_t value) {
  const Visit visit;
  const auto job = FindJob(visit.world(), job_name);
  if (job == nullptr || job->port == nullptr) return false;
  job->port->queue.push_back({job->key, message, value});
  visit.Changed();
  return true;
}

bool PostPacket(std::string_view job_name, const kernel::Packet& packet) {
  const Visit visit;
  const auto job = FindJob(visit.world(), job_name);
  if (job == nullptr || job->port == nullptr) return false;
  job->port->queue.push_back(packet);
  visit.Changed();
  return true;
}

}  // namespace winjob::fake
