#include "tests/fake_kernel/world.h"

#include "tests/fake_kernel/membership.h"

namespace winjob::fake {
namespace {

std::mutex mutex;
std::condition_variable changed;

World& TheWorld() {
  static World world;
  return world;
}

bool Strikes(const World& world, const Fault& fault, Call call, kernel::RawHandle handle) {
  if (fault.call != call) return false;
  if (!fault.job_name) return true;
  const auto found = world.handles.find(handle);
  if (found == world.handles.end()) return false;
  const auto* job = std::get_if<std::shared_ptr<Job>>(&found->second.object);
  return job != nullptr && (*job)->name == *fault.job_name;
}

std::error_code TakeFault(World& world, Call call, kernel::RawHandle handle) {
  for (Fault& fault : world.faults) {
    if (fault.times == 0 || !Strikes(world, fault, call, handle)) continue;
    if (fault.after > 0) {
      --fault.after;
      continue;
    }
    if (fault.times != kAlways) --fault.times;
    return fault.error;
  }
  return {};
}

}  // namespace

std::pmr::memory_resource* Memory() noexcept {
  static std::pmr::unsynchronized_pool_resource pool;
  return &pool;
}

Visit::Visit() : lock_(mutex), world_(TheWorld()) {}

Visit::Visit(Call call, kernel::RawHandle handle) : lock_(mutex), world_(TheWorld()) {
  ++world_.calls[static_cast<std::size_t>(call)];
  fault_ = TakeFault(world_, call, handle);
}

bool Visit::WaitUntil(const std::optional<std::chrono::steady_clock::time_point>& deadline) {
  if (!deadline) {
    changed.wait(lock_);
    return true;
  }
  return changed.wait_until(lock_, *deadline) == std::cv_status::no_timeout;
}

void Visit::Changed() const noexcept { changed.notify_all(); }

std::optional<std::chrono::steady_clock::time_point> Deadline(Timeout timeout) {
  if (timeout == kForever) return std::nullopt;
  return std::chrono::steady_clock::now() + timeout;
}

kernel::RawHandle OpenHandleTo(World& world, Object object, std::uint32_t access) {
  static std::uintptr_t last = 0;  // not part of the world: a value from before a Reset must stay dead
  last += 4;
  if (const auto* job = std::get_if<std::shared_ptr<Job>>(&object)) ++(*job)->handles;
  if (const auto* process = std::get_if<std::shared_ptr<Process>>(&object)) ++(*process)->handles;
  const auto handle = reinterpret_cast<kernel::RawHandle>(last);
  world.handles.emplace(handle, OpenHandle{std::move(object), access});
  return handle;
}

std::error_code FindToAsk(World& world, kernel::RawHandle handle, std::shared_ptr<Process>& process) {
  const std::error_code error = Find(world, handle, abi::kProcessQueryInformation, process);
  return error != Win32Error::kAccessDenied ? error
                                            : Find(world, handle, abi::kProcessQueryLimitedInformation, process);
}

std::error_code Canonical(const World& world, std::string_view name, std::string& canonical) {
  constexpr std::string_view kLocal = "Local\\";
  constexpr std::string_view kGlobal = "Global\\";
  if (name.starts_with(kLocal)) name.remove_prefix(kLocal.size());
  const bool global = name.starts_with(kGlobal);
  const std::string_view rest = global ? name.substr(kGlobal.size()) : name;
  if (rest.find('\\') != rest.npos) return Win32Error::kPathNotFound;
  if (rest.empty()) return Win32Error::kInvalidName;
  // Session 0 has no names of its own. Those of session 1, where tests begin, are kept bare.
  std::string prefix;
  if (global || world.session == 0)
    prefix = kGlobal;
  else if (world.session != 1)
    prefix = "Session\\" + std::to_string(world.session) + "\\";
  canonical = prefix.append(rest);
  return {};
}

bool Seen(const World& world, std::string_view canonical, std::string& name) {
  constexpr std::string_view kGlobal = "Global\\";
  name = std::string(canonical.starts_with(kGlobal) ? kGlobal : "Local\\")
             .append(canonical.substr(canonical.rfind('\\') + 1));
  std::string again;
  return !Canonical(world, name, again) && again == canonical;
}

std::shared_ptr<Job> FindJob(World& world, std::string_view name) {
  std::string canonical;
  if (Canonical(world, name, canonical)) return nullptr;
  const auto found = world.jobs.find(canonical);
  return found == world.jobs.end() ? nullptr : found->second;
}

void ReleaseJob(World& world, const std::shared_ptr<Job>& job) {
  if (--job->handles > 0) return;
  world.jobs.erase(job->name);
  job->port.reset();
  if (job->limits.BasicLimitInformation.LimitFlags & abi::kLimitKillOnJobClose) EndMembers(world, *job, 0);
}

Usage& operator+=(Usage& sum, const Usage& more) {
  sum.user_time = Ticks(sum.user_time.count() + more.user_time.count());
  sum.kernel_time = Ticks(sum.kernel_time.count() + more.kernel_time.count());
  sum.page_faults += more.page_faults;
  sum.read_operations += more.read_operations;
  sum.write_operations += more.write_operations;
  sum.other_operations += more.other_operations;
  sum.read_bytes = Bytes(sum.read_bytes.count() + more.read_bytes.count());
  sum.write_bytes = Bytes(sum.write_bytes.count() + more.write_bytes.count());
  sum.other_bytes = Bytes(sum.other_bytes.count() + more.other_bytes.count());
  sum.disk_read_bytes = Bytes(sum.disk_read_bytes.count() + more.disk_read_bytes.count());
  sum.disk_write_bytes = Bytes(sum.disk_write_bytes.count() + more.disk_write_bytes.count());
  sum.disk_read_operations += more.disk_read_operations;
  sum.disk_write_operations += more.disk_write_operations;
  sum.disk_flush_operations += more.disk_flush_operations;
  sum.context_switches += more.context_switches;
  sum.cycles += more.cycles;
  return sum;
}

}  // namespace winjob::fake
