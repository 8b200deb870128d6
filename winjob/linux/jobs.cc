// The table of held jobs.
#include "winjob/linux/jobs.h"

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "winjob/error.h"
#include "winjob/linux/cgroup_job.h"
#include "winjob/linux/helper_job.h"
#include "winjob/linux/level.h"
#include "winjob/linux/names.h"
#include "winjob/linux/process.h"
#include "winjob/linux/spawn.h"

namespace winjob::linux_kernel {
namespace {

struct HeldJobs {
  std::mutex mutex;  // two threads that open one name must get one job
  std::map<std::string, std::weak_ptr<Job>, std::less<>> by_name;
  unsigned anonymous = 0;
  bool swept = false;
};

HeldJobs& Held() noexcept {
  static auto* const jobs = new HeldJobs;  // never destroyed: handles may be closed at exit
  return *jobs;
}

std::error_code OpenOnLevel(const std::string& name, OpenMode mode, std::shared_ptr<Job>& job, bool& existed) {
  if (CurrentPlatform().has_groups()) return CgroupJob::Open(name, mode, job, existed);
  return HelperJob::Open(name, mode, job, existed);
}

std::error_code FindEncoded(HeldJobs& held, const std::string& name, OpenMode mode, std::shared_ptr<Job>& job,
                            bool& existed) {
  if (const auto found = held.by_name.find(name); found != held.by_name.end()) {
    job = found->second.lock();
    existed = job != nullptr;
    if (existed) return {};
  }
  if (const std::error_code error = OpenOnLevel(name, mode, job, existed)) return error;
  held.by_name[name] = job;
  return {};
}

/// The number of this process may have been another's before, in this or another process namespace.
std::error_code MakeAnonymous(HeldJobs& held, std::shared_ptr<Job>& job) {
  constexpr int kAttempts = 1000;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::shared_ptr<Job> made;
    bool existed = false;
    const std::string name = AnonymousName(++held.anonymous);
    if (const std::error_code error = OpenOnLevel(name, OpenMode::kCreateOrOpen, made, existed)) return error;
    if (existed) continue;
    held.by_name[name] = made;
    job = std::move(made);
    return {};
  }
  return Win32Error::kBusy;
}

}  // namespace

std::error_code IsInAnyJob(const Process& process, bool& member) noexcept {
  if (CurrentPlatform().has_groups()) return IsInAnyGroup(process, member);
  return IsBelowAnyHelper(process, member);
}

std::error_code FindJob(std::string_view name, OpenMode mode, std::shared_ptr<Job>& job, bool& existed) {
  std::string encoded;
  if (!name.empty() || mode == OpenMode::kOpen)
    if (const std::error_code error = EncodeName(name, encoded)) return error;

  HeldJobs& held = Held();
  {
    const std::lock_guard lock(held.mutex);
    existed = false;
    if (std::vector<std::string> names; !std::exchange(held.swept, true) && CurrentPlatform().has_groups())
      std::ignore = SweepGroups(CurrentPlatform().directory, names);
    std::erase_if(held.by_name, [](const auto& entry) { return entry.second.expired(); });
    if (const std::error_code error =
            encoded.empty() ? MakeAnonymous(held, job) : FindEncoded(held, encoded, mode, job, existed))
      return error;
  }
  return existed && CurrentPlatform().has_groups() ? static_cast<CgroupJob&>(*job).LookAfter() : std::error_code();
}

std::shared_ptr<CgroupJob> FindGroup(const std::string& name) {
  HeldJobs& held = Held();
  const std::lock_guard lock(held.mutex);
  std::shared_ptr<Job> job;
  bool existed = false;
  if (FindEncoded(held, name, OpenMode::kOpen, job, existed)) return nullptr;
  return std::static_pointer_cast<CgroupJob>(job);
}

std::shared_ptr<CgroupJob> FindHeldGroup(std::string_view name) noexcept {
  HeldJobs& held = Held();
  const std::lock_guard lock(held.mutex);
  const auto found = held.by_name.find(name);
  return found != held.by_name.end() ? std::static_pointer_cast<CgroupJob>(found->second.lock()) : nullptr;
}

std::error_code StartOutside(const Program& program, std::unique_ptr<Process>& process) noexcept {
  Spawned spawned;
  if (const std::error_code error = Spawn(
          program, {}, [](pid_t) { return 0; }, spawned))
    return error;
  process = std::make_unique<Process>(std::move(spawned.pidfd), spawned.id, ~0U, true);
  return {};
}

std::error_code StartIn(std::span<Job* const> jobs, const Program& program,
                        std::unique_ptr<Process>& process) noexcept {
  if (jobs.empty()) return StartOutside(program, process);
  if (!CurrentPlatform().has_groups())
    return jobs.size() > 1 ? Win32Error::kNotSupported : jobs.front()->Start(program, process);
  std::vector<CgroupJob*> groups;
  for (Job* const job : jobs) groups.push_back(static_cast<CgroupJob*>(job));
  return CgroupJob::StartInAll(groups, program, process);
}

}  // namespace winjob::linux_kernel
