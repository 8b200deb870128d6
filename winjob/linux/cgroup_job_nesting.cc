// Jobs on groups: nesting. A job that has never had a member moves into the group of the job that its first member is
// in; its name, its marks and its holders stay where they are.
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "winjob/error.h"
#include "winjob/linux/cgroup_job.h"
#include "winjob/linux/cgroup_tree.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/group_marks.h"
#include "winjob/linux/jobs.h"
#include "winjob/linux/level.h"

namespace winjob::linux_kernel {
namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
using GroupPaths = std::array<std::string, kControllerCount>;

/// The groups of version 1 that the marks name.
GroupPaths PathsOf(int marks) {
  GroupPaths paths;
  for (std::size_t i = 0; i < kControllerCount; ++i)
    if (char path[kMaxGroupPath]; ReadGroupPath(marks, i, path)) paths[i] = path;
  return paths;
}

void SetPaths(int marks, const GroupPaths& paths) noexcept {
  for (std::size_t i = 0; i < kControllerCount; ++i) std::ignore = WriteGroupPath(marks, i, paths[i].c_str());
}

void RemoveAll(GroupPaths paths) noexcept {
  for (std::string& path : paths)
    if (!path.empty()) RemoveControllerGroup(path.data());
}

/// Whether `name` is a part of a path such as "a/b".
bool Has(std::string_view path, std::string_view name) noexcept {
  while (!path.empty()) {
    if (path.substr(0, path.find('/')) == name) return true;
    path.remove_prefix(std::min(path.size(), path.find('/') == path.npos ? path.size() : path.find('/') + 1));
  }
  return false;
}

}  // namespace

std::error_code Quarters::OpenFiles() {
  cpu_stat = OpenAt(directory, "cpu.stat", O_RDONLY);
  processes = OpenAt(directory, "cgroup.procs", O_RDWR);
  return cpu_stat && processes ? std::error_code() : LastError();
}

std::error_code Quarters::OpenCounters(GroupsPlace place) {
  if (const std::error_code error = totals.Open(place.marks, directory)) return error;
  return groups.Open(std::move(place));
}

/// Opens the job's own group, and where its members are if that is another.
std::error_code CgroupJob::OpenOwn() {
  const Platform& platform = CurrentPlatform();
  own_.directory = group_.directory.get();
  own_.path = platform.path + "/" + group_.name;
  if (const std::error_code error = own_.OpenFiles()) return error;
  if (const int error = HandOn(group_.folder->get(), platform.controllers)) return FromErrno(error);
  if (IsStale()) return FollowLocked();  // nobody else has it yet

  const GroupLock others(limits_lock());
  const GroupsPlace place{own_.directory, own_.directory, group_.name, {}, &platform.controllers};
  if (const std::error_code error = own_.OpenCounters(place)) return error;
  return CountFromBeginning(own_);
}

/// Memory and disk traffic are counted from the job's beginning; the groups of the other controllers can wait for a
/// limit that needs them.
std::error_code CgroupJob::CountFromBeginning(Quarters& quarters) {
  ControllerGroups& groups = quarters.groups;
  for (const Controller controller : {Controller::kMemory, Controller::kIo}) {
    if (groups.version(controller) == 0) continue;
    if (const std::error_code error = groups.Need(controller, [this] { return ListMembers(); })) return error;
  }
  if (groups.version(Controller::kIo) == 1) CountDisks(groups.directory(Controller::kIo));
  quarters.usage.Open(groups);
  return {};
}

/// Opens the group of a nested job.
std::error_code CgroupJob::OpenPlaced(const std::string& place, Quarters& quarters) {
  const Platform& platform = CurrentPlatform();
  const std::string below = place.substr(std::min(place.size(), platform.directory.size() + 1));
  const std::size_t slash = below.rfind('/');
  if (slash == below.npos) return Win32Error::kPathNotFound;
  quarters.below = OpenAt(AT_FDCWD, place.c_str(), kDirectory);
  if (!quarters.below) return LastError();
  quarters.directory = quarters.below.get();
  quarters.path = platform.path + "/" + below;
  if (const std::error_code error = quarters.OpenFiles()) return error;
  return quarters.OpenCounters({group_.directory.get(), quarters.directory, group_.name,
                                FolderIn(std::string(JobOf(below.substr(0, slash)))), &platform.controllers});
}

/// Whether another program has nested the job, and this one has not noticed yet. Without doubt only while the marks are
/// locked.
bool CgroupJob::IsStale() const noexcept {
  char place[kMaxGroupPath];
  return home().own() && ReadPlace(group_.directory.get(), place);
}

std::error_code CgroupJob::Follow() noexcept {
  if (!IsStale()) return {};
  const std::lock_guard limits(limits_mutex_);
  return FollowLocked();
}

/// The members of a job that another program has nested are elsewhere from then on. With limits_mutex_.
std::error_code CgroupJob::FollowLocked() noexcept {
  char place[kMaxGroupPath];
  if (!home().own() || !ReadPlace(group_.directory.get(), place)) return {};
  auto quarters = std::make_unique<Quarters>();
  if (const std::error_code error = OpenPlaced(place, *quarters)) return error;
  quarters->usage.Open(quarters->groups);
  return Occupy(std::move(quarters));
}

/// From now on these are the job's quarters.
std::error_code CgroupJob::Occupy(std::unique_ptr<Quarters> quarters) {
  const std::lock_guard lock(port_mutex_);
  nested_ = std::move(quarters);
  quarters_ = nested_.get();
  if (!port_) return {};
  port_->Remove(*messages_);
  return Tie();
}

/// The names of the jobs that this one is nested in, the innermost first.
std::vector<std::string> CgroupJob::OuterNames() const {
  std::vector<std::string> names;
  std::string_view below = BelowFolder(home().path);
  for (std::size_t slash = below.rfind('/'); slash != below.npos; slash = below.rfind('/')) {
    below = below.substr(0, slash);
    names.emplace_back(below.substr(below.rfind('/') + 1));
  }
  return names;
}

/// This job and those above it, but for `outer` and what is above that. One that is gone, while this one is held, has
/// nobody left to count for.
CgroupJob::Chain CgroupJob::ChainTo(std::string_view outer) {
  Chain chain{{this}, {&home()}, {}};
  bool joined = true;
  for (const std::string& name : OuterNames()) {
    joined = joined && name != outer;
    std::shared_ptr<CgroupJob> job = FindGroup(name);
    if (job == nullptr) continue;
    if (joined) {
      chain.jobs.push_back(job.get());
      chain.homes.push_back(&job->home());
    }
    chain.outer.push_back(std::move(job));
  }
  return chain;
}

FindFolder CgroupJob::FolderIn(std::string outer) {
  return [outer = std::move(outer)](Controller controller, std::string& folder) -> std::error_code {
    const std::shared_ptr<CgroupJob> job = FindGroup(outer);
    return job != nullptr ? job->GroupFor(controller, folder) : Win32Error::kFileNotFound;
  };
}

/// The group of version 1 that those of inner jobs stand in.
std::error_code CgroupJob::GroupFor(Controller controller, std::string& path) {
  const std::lock_guard limits(limits_mutex_);
  const GroupLock others(limits_lock());
  if (const std::error_code error = home().groups.Need(controller, [this] { return ListMembers(); })) return error;
  char marked[kMaxGroupPath];
  if (!ReadGroupPath(group_.directory.get(), static_cast<std::size_t>(controller), marked))
    return Win32Error::kFileNotFound;
  path = marked;
  return {};
}

/// Makes the job ready to have others nested in it.
std::error_code CgroupJob::Receive() noexcept {
  const std::lock_guard limits(limits_mutex_);
  const GroupLock others(limits_lock());
  if (const std::error_code error = FollowLocked()) return error;
  // The mark first: whoever lists the members meanwhile finds them in either place.
  if (const int error = AddNesting(group_.directory.get(), counts_lock(), kHasInner)) return FromErrno(error);
  return FromErrno(MakeRoom(home().directory, CurrentPlatform().controllers));
}

/// Whether the job has never had a member, nor another job below it.
bool CgroupJob::IsFresh() noexcept {
  Totals totals;
  const std::lock_guard lock(reading_);
  return home().own() && home().totals.Read(totals) == 0 && home().totals.nesting() == 0 && totals.processes == 0 &&
         WaitUntilEmpty(group_.directory.get(), 0);
}

/// Nests the job in another, unless it is below that already. Errors: kAccessDenied when it has had members, or is
/// nested elsewhere.
std::error_code CgroupJob::NestIn(const std::string& outer) noexcept {
  if (const std::error_code error = Follow()) return error;
  if (outer == group_.name || Has(BelowFolder(home().path), outer)) return {};
  const std::shared_ptr<CgroupJob> job = FindGroup(outer);
  if (job == nullptr || Has(BelowFolder(job->home().path), group_.name)) return Win32Error::kAccessDenied;
  if (!IsFresh()) return Win32Error::kAccessDenied;
  const Chain above = job->ChainTo({});  // kept open until the locks are free again
  if (const std::error_code error = job->Receive()) return error;
  return MoveBelow(*job);
}

/// Makes the group below the outer one, with what the limits need, and moves in.
std::error_code CgroupJob::MoveBelow(CgroupJob& outer) {
  const Platform& platform = CurrentPlatform();
  const std::string place = platform.directory + "/" + std::string(BelowFolder(outer.home().path)) + "/" + group_.name;
  if (place.size() >= kMaxGroupPath) return Win32Error::kFilenameTooLong;
  const int marks = group_.directory.get();
  const std::lock_guard limits(limits_mutex_);
  const GroupLock others(limits_lock());
  if (const std::error_code error = FollowLocked()) return error;
  if (Has(BelowFolder(home().path), outer.group_.name)) return {};  // somebody was quicker
  if (!IsFresh()) return Win32Error::kAccessDenied;
  ::rmdir(place.c_str());  // what a program left that died in the midst of this
  if (::mkdir(place.c_str(), 0755) != 0) return LastError();

  const GroupPaths before = PathsOf(marks);
  SetPaths(marks, {});
  auto quarters = std::make_unique<Quarters>();
  std::error_code error = OpenPlaced(place, *quarters);
  if (!error) error = CountFromBeginning(*quarters);
  if (!error) error = PutInForce(*quarters, HeldLimits(), ReadHeldLimits(marks));
  if (!error) error = FromErrno(WritePlace(marks, place.c_str()));
  if (!error) error = FromErrno(AddNesting(marks, counts_lock(), kIsInner));
  if (!error) {
    error = Occupy(std::move(quarters));
    RemoveAll(before);
    return error;
  }
  RemoveAll(PathsOf(marks));
  SetPaths(marks, before);
  std::ignore = WritePlace(marks, "");
  ::rmdir(place.c_str());
  return error;
}

/// Notes for all jobs below a place, as far as this program holds them, that their members are about to vanish.
void CgroupJob::NoteEnding(int place) noexcept {
  std::ignore = ForEachGroup(place, [&](const char* name) {
    const Fd below = OpenAt(place, name, kDirectory);
    if (below) NoteEnding(below.get());
    if (const std::shared_ptr<CgroupJob> job = FindHeldGroup(name)) job->ending_ = true;
  });
}

std::error_code CgroupJob::StartInAll(std::span<CgroupJob* const> jobs, const Program& program,
                                      std::unique_ptr<Process>& process) noexcept {
  const std::string own = ReadProcFile("/proc/self/cgroup");
  std::string place(BelowFolder(ParseOwnPath(own)));
  const std::string inside(JobOf(place));
  CgroupJob* innermost = nullptr;
  for (CgroupJob* const job : jobs) {
    if (Has(place, job->group_.name)) continue;  // a process of that place is in this job, too
    const std::error_code error = place.empty() ? job->Follow() : job->NestIn(std::string(JobOf(place)));
    if (error && innermost != nullptr) std::ignore = innermost->StartIn(program, {inside, true}, process);
    if (error) return error;
    place = BelowFolder(job->home().path);
    innermost = job;
  }
  return innermost != nullptr ? innermost->StartIn(program, {inside, false}, process) : StartOutside(program, process);
}

}  // namespace winjob::linux_kernel
