// The seam's functions on jobs: names, membership, termination.
#include "tests/fake_kernel/membership.h"
#include "tests/fake_kernel/world.h"

namespace winjob::kernel {

using fake::Call;
using fake::Find;
using fake::Visit;
using fake::World;

namespace {

// The shape of SDDL, no more: parts O: G: D: S:, and lists in parentheses.
bool LooksLikeSddl(std::string_view text) {
  int open = 0;
  for (const char c : text) {
    open += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (open < 0 || open > 1) return false;
  }
  return open == 0 && text.size() > 1 && std::string_view("OGDS").find(text[0]) != text.npos && text[1] == ':';
}

}  // namespace

Identity Identify() noexcept { return Visit(Call::kIdentify).world().identity; }

std::error_code CreateJob(std::string_view name, RawHandle& job, bool& existed, std::string_view security) noexcept {
  const Visit visit(Call::kCreateJob);
  if (visit.fault()) return visit.fault();
  World& world = visit.world();
  if (!security.empty() && !LooksLikeSddl(security)) return Win32Error::kInvalidSecurityDescriptor;

  std::string canonical;
  std::shared_ptr<fake::Job> object;
  if (!name.empty()) {
    if (const std::error_code error = fake::Canonical(world, name, canonical)) return error;
    if (world.occupied.contains(canonical)) return Win32Error::kInvalidHandle;
    object = fake::FindJob(world, name);
  }
  existed = object != nullptr;
  if (!existed) {
    object = std::make_shared<fake::Job>();
    object->name = canonical;
    object->security = security;
    object->support = world.support;
    if (!canonical.empty()) world.jobs.emplace(canonical, object);
  } else if (object->allowed != abi::kJobAllAccess) {
    return Win32Error::kAccessDenied;
  }
  job = fake::OpenHandleTo(world, object, abi::kJobAllAccess);
  return {};
}

std::error_code OpenJob(std::string_view name, std::uint32_t access, RawHandle& job) noexcept {
  const Visit visit(Call::kOpenJob);
  if (visit.fault()) return visit.fault();
  World& world = visit.world();

  std::string canonical;
  if (const std::error_code error = fake::Canonical(world, name, canonical)) return error;
  if (world.occupied.contains(canonical)) return Win32Error::kInvalidHandle;
  const std::shared_ptr<fake::Job> object = fake::FindJob(world, name);
  if (object == nullptr) return Win32Error::kFileNotFound;
  if ((access & ~object->allowed) != 0) return Win32Error::kAccessDenied;
  job = fake::OpenHandleTo(world, object, access);
  return {};
}

Support SupportOf(RawHandle job) noexcept {
  const Visit visit(Call::kSupportOf, job);
  std::shared_ptr<fake::Job> object;
  if (Find(visit.world(), job, 0, object)) return {};
  return object->support;
}

std::string_view WhyNotHeld(RawHandle, LimitKind, const Limits&) noexcept { return {}; }

std::error_code AssignProcess(RawHandle job, RawHandle process) noexcept {
  const Visit visit(Call::kAssignProcess, job);
  if (visit.fault()) return visit.fault();
  World& world = visit.world();

  std::shared_ptr<fake::Job> target;
  std::shared_ptr<fake::Process> member;
  if (const std::error_code error = Find(world, job, abi::kJobAssignProcess, target)) return error;
  constexpr std::uint32_t kRights = abi::kProcessSetQuota | abi::kProcessTerminate;
  if (const std::error_code error = Find(world, process, kRights, member)) return error;
  const std::error_code error = Join(world, *member, target);
  visit.Changed();
  return error;
}

std::error_code IsProcessInJob(RawHandle process, RawHandle job, bool& member) noexcept {
  const Visit visit(Call::kIsProcessInJob, job);
  if (visit.fault()) return visit.fault();
  World& world = visit.world();

  std::shared_ptr<fake::Process> asked;
  if (const std::error_code error = fake::FindToAsk(world, process, asked)) return error;
  if (job == nullptr) {
    member = asked->job != nullptr;
    return {};
  }
  std::shared_ptr<fake::Job> object;
  if (const std::error_code refused = Find(world, job, abi::kJobQuery, object)) return refused;
  member = IsMember(*asked, *object);
  return {};
}

std::error_code TerminateJob(RawHandle job, std::uint32_t exit_code) noexcept {
  const Visit visit(Call::kTerminateJob, job);
  if (visit.fault()) return visit.fault();

  std::shared_ptr<fake::Job> object;
  if (const std::error_code error = Find(visit.world(), job, abi::kJobTerminate, object)) return error;
  object->terminated = true;
  EndMembers(visit.world(), *object, exit_code);
  visit.Changed();
  return {};
}

void Close(RawHandle handle) noexcept {
  const Visit visit(Call::kClose, handle);
  World& world = visit.world();
  const auto node = world.handles.extract(handle);
  if (node.empty()) {
    ++world.bad_closes;
    return;
  }
  const fake::Object& object = node.mapped().object;
  if (const auto* job = std::get_if<std::shared_ptr<fake::Job>>(&object)) ReleaseJob(world, *job);
  if (const auto* process = std::get_if<std::shared_ptr<fake::Process>>(&object)) --(*process)->handles;
  if (const auto* port = std::get_if<std::shared_ptr<fake::Port>>(&object)) (*port)->closed = true;
  visit.Changed();
}

}  // namespace winjob::kernel
