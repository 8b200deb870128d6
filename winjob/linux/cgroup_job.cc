// Jobs on groups: starting, assigning, killing, and the last close.
#include "winjob/linux/cgroup_job.h"

#include <sys/file.h>

#include <cerrno>
#include <deque>

#include "winjob/error.h"
#include "winjob/linux/cgroup_tree.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/group_files.h"
#include "winjob/linux/group_marks.h"
#include "winjob/linux/guardian.h"
#include "winjob/linux/level.h"
#include "winjob/linux/member_settings.h"
#include "winjob/linux/monotonic_time.h"
#include "winjob/linux/process.h"
#include "winjob/linux/spawn.h"

namespace winjob::linux_kernel {
namespace {

/// The group of a process as /proc shows it, or as it was remembered; empty when neither knows it.
std::string GroupOf(const Process& process) {
  const std::string text = ReadProcFile(("/proc/" + std::to_string(process.id()) + "/cgroup").c_str());
  const std::string group(ParseOwnPath(text));
  return group.empty() || process.IsGone() ? process.group() : group;  // once reaped, the number may be another's
}

}  // namespace

std::error_code CgroupJob::Open(const std::string& name, OpenMode mode, std::shared_ptr<Job>& job, bool& existed) {
  std::shared_ptr<CgroupJob> made(new CgroupJob);
  if (const std::error_code error = OpenGroup(CurrentPlatform().directory, name, mode, made->group_, existed))
    return error;
  if (const std::error_code error = made->OpenOwn()) return error;
  made->RememberPeriod(ReadHeldLimits(made->group_.directory.get()));
  job = std::move(made);
  return {};
}

CgroupJob::~CgroupJob() {
  if (!group_.directory) return;
  if (overseen_) LeaveAlone(*this);  // one that was never used may be closed by who looks for jobs
  if (port_) {
    port_->Remove(*messages_);
    std::ignore = SetPortOwner(0);
  }
  Totals last;
  std::ignore = home().totals.Read(last);  // stores it for the next holder
  const bool alone = LeaveGroup(group_);
  const bool removed = alone && RemoveOwn();
  if (alone && !removed && ending_ && !guardian_) std::ignore = StartRemover(group_, guardian_);
  if (!guardian_) return;
  if (removed)
    EndGuardian(std::move(guardian_));
  else
    Abandon(std::move(guardian_));  // other holders need it, or it goes on where this close gave up
}

/// The end of a group that nobody holds: its members go first or keep it. False when they keep it.
bool CgroupJob::RemoveOwn() noexcept {
  const int directory = group_.directory.get();
  const bool kill = (ReadLimitFlags(directory) & abi::kLimitKillOnJobClose) != 0;
  if (kill ? KillAndWait(directory) != 0 : !WaitUntilEmpty(directory, ending_ ? 1000 : 0)) return false;
  const auto remove = [&] {
    RemoveGroup(directory, group_.folder->get(), group_.path.c_str(), group_.name.c_str());
    return !IsLinked(directory, group_.folder->get(), group_.name.c_str());
  };
  if (remove()) return true;
  // It may have stayed for an inner job whose close, meanwhile, could not take it along.
  ::flock(directory, LOCK_UN);
  if (::flock(directory, LOCK_EX | LOCK_NB) == 0) std::ignore = remove();
  return true;
}

std::error_code CgroupJob::SetFrozen(bool frozen) noexcept {
  if (const std::error_code error = Follow()) return error;
  return FromErrno(WriteAt(home().directory, "cgroup.freeze", frozen ? "1" : "0"));
}

std::vector<pid_t> CgroupJob::ListMembers() {
  std::vector<pid_t> members;
  const bool in_inner_jobs = (ReadJoined(group_.directory.get()).nesting & kHasInner) != 0;
  const std::lock_guard lock(reading_);
  std::ignore =
      ForEachMember(in_inner_jobs, [&](std::uint64_t number) { members.push_back(static_cast<pid_t>(number)); });
  return members;
}

/// Whether the limits let so many more processes in. Windows ends a newcomer that is one too many, and refuses an
/// assignment: here neither comes to be.
std::error_code CgroupJob::Admit(std::uint32_t newcomers) noexcept {
  const HeldLimits limits = ReadHeldLimits(group_.directory.get());
  if (limits.out_of_time != 0) return Win32Error::kNotEnoughQuota;
  const std::uint64_t most = limits.extended.BasicLimitInformation.ActiveProcessLimit;
  if (!limits.Has(abi::kLimitActiveProcess) || ListMembers().size() + newcomers <= most) return {};
  Tell(abi::kMsgActiveProcessLimit, 0);
  return Win32Error::kNotEnoughQuota;
}

/// What excludes every other change of these jobs: threads by the mutexes, programs by the marks' locks.
class CgroupJob::Locks {
 public:
  explicit Locks(const Chain& chain) {
    for (CgroupJob* const job : chain.jobs) {
      threads_.emplace_back(job->limits_mutex_);
      programs_.emplace_back(job->limits_lock());
    }
  }

 private:
  std::vector<std::unique_lock<std::mutex>> threads_;
  std::deque<GroupLock> programs_;
};

/// Whether a job of the chain was nested since. With Locks.
bool CgroupJob::IsOvertaken(const Chain& chain) noexcept {
  for (std::size_t i = 0; i < chain.jobs.size(); ++i)
    if (&chain.jobs[i]->home() != chain.homes[i] || chain.jobs[i]->IsStale()) return true;
  return false;
}

/// Gives a process that comes in what the limits of all its jobs ask for.
int CgroupJob::Settle(const Chain& chain, pid_t id) noexcept {
  for (auto job = chain.jobs.rbegin(); job != chain.jobs.rend(); ++job)
    if (const int error = (*job)->home().groups.MoveIn(id)) return error;
  HeldLimits limits = ReadHeldLimits(chain.jobs.front()->group_.directory.get());
  for (const auto& outer : chain.outer) limits = Stricter(limits, ReadHeldLimits(outer->group_.directory.get()));
  return SetMember(id, HeldLimits(), limits);
}

/// Moves a process from outside the chain into its first job, and tells the ports of all. The answer is 0 or errno.
int CgroupJob::MoveHere(const Chain& chain, pid_t id) noexcept {
  std::vector<std::unique_lock<std::mutex>> locks;
  std::vector<PortQueue::Tie> ties;
  std::vector<GroupMessages*> told;
  for (CgroupJob* const job : chain.jobs) {
    locks.emplace_back(job->port_mutex_);
    if (!job->port_) continue;
    ties.push_back({job->port_.get(), job->messages_.get()});
    told.push_back(job->messages_.get());
  }
  int error = 0;
  PortQueue::Update(ties, [&] {
    const std::uint64_t time = MonotonicTime();  // before its exit can be recorded
    const Fd entry = OpenEntry(chain.jobs.front()->home().directory);
    error = entry ? MoveProcess(entry.get(), id) : errno;
    if (error != 0) return;
    for (GroupMessages* const messages : told) messages->AddStarted(static_cast<std::uint32_t>(id), time);
  });
  return error;
}

std::error_code CgroupJob::Assign(Process& process) noexcept {
  constexpr int kAttempts = 3;
  std::error_code error = Win32Error::kBusy;  // somebody was quicker to nest one of the jobs
  for (int i = 0; i < kAttempts && error == Win32Error::kBusy; ++i) error = TryAssign(process);
  return error;
}

std::error_code CgroupJob::TryAssign(Process& process) noexcept {
  if (process.HasEnded()) return Win32Error::kAccessDenied;
  bool member = false;
  if (!Contains(process, member) && member) return {};
  const std::string inside(JobOf(BelowFolder(GroupOf(process))));
  if (const std::error_code error = inside.empty() ? Follow() : NestIn(inside)) return error;

  const Chain chain = ChainTo(inside);
  {
    const Locks locks(chain);
    if (IsOvertaken(chain)) return Win32Error::kBusy;
    for (CgroupJob* const job : chain.jobs)
      if (const std::error_code error = job->Admit(1)) return error;
    int error = MoveHere(chain, process.id());
    if (error == ESRCH) return Win32Error::kAccessDenied;
    if (error == 0) error = Settle(chain, process.id());
    if (error != 0) return FromErrno(error);
    process.set_group(home().path);
    for (CgroupJob* const job : chain.jobs) {
      job->ending_ = false;
      if (const int failed = AddStart(job->group_.directory.get(), job->counts_lock())) return FromErrno(failed);
    }
  }
  for (CgroupJob* const job : chain.jobs)
    if (const std::error_code error = job->LookAfter()) return error;
  return {};
}

std::error_code CgroupJob::Contains(const Process& process, bool& member) noexcept {
  const std::string group = GroupOf(process);
  if (group.empty()) return Win32Error::kInvalidParameter;
  std::ignore = Follow();
  const std::string& path = home().path;
  member = group == path || group.starts_with(path + "/");
  return {};
}

std::error_code CgroupJob::Terminate() noexcept {
  if (const std::error_code error = Follow()) return error;
  if ((ReadJoined(group_.directory.get()).nesting & kHasInner) != 0) NoteEnding(home().directory);
  return Kill();
}

std::error_code CgroupJob::Kill() noexcept {
  if (const int error = WriteKilled(group_.directory.get())) return FromErrno(error);
  ending_ = true;
  return FromErrno(WriteAt(home().directory, "cgroup.kill", "1"));
}

std::error_code CgroupJob::IsAbandoned(bool& abandoned) noexcept {
  abandoned = IsHeldForNothing(group_);
  return {};
}

/// Settles, counts and reports a process that waits in its group to become its program.
int CgroupJob::NoteStart(const Chain& chain, pid_t id) noexcept {
  const Locks locks(chain);
  if (IsOvertaken(chain)) return EBUSY;
  for (CgroupJob* const job : chain.jobs)
    if (job->Admit(0)) return EDQUOT;  // another start was quicker
  if (const int error = Settle(chain, id)) return error;
  for (CgroupJob* const job : chain.jobs) {
    const std::lock_guard lock(job->port_mutex_);
    // A count that cannot be stored is one start too few; ending the process for it would be worse.
    std::ignore = AddStart(job->group_.directory.get(), job->counts_lock());
    if (!job->port_) continue;
    const PortQueue::Tie ties[] = {{job->port_.get(), job->messages_.get()}};
    PortQueue::Update(ties, [&] { job->messages_->AddStarted(static_cast<std::uint32_t>(id), MonotonicTime()); });
  }
  return 0;
}

std::error_code CgroupJob::StartIn(const Program& program, const StartOptions& options,
                                   std::unique_ptr<Process>& process) noexcept {
  constexpr int kAttempts = 4;
  std::error_code error = Win32Error::kBusy;
  bool came_in = false;
  // A group that is busy, before the process came in, is one in which another job was nested meanwhile, or was itself.
  for (int i = 0; i < kAttempts && error == Win32Error::kBusy && !came_in; ++i) {
    if (const std::error_code failed = Follow()) return failed;
    error = TryStart(program, options, process, came_in);
  }
  return error;
}

std::error_code CgroupJob::TryStart(const Program& program, const StartOptions& options,
                                    std::unique_ptr<Process>& process, bool& came_in) noexcept {
  const Chain chain = ChainTo(options.inside);
  const auto placed = [&](pid_t id) {
    const int error = NoteStart(chain, id);
    came_in = error == 0;
    return came_in && options.refuse ? EACCES : error;
  };
  for (CgroupJob* const job : chain.jobs) {
    job->ending_ = false;
    if (const std::error_code error = job->Admit(1)) return error;
  }

  // From 6.12 on a group that was killed once kills every process born into it by clone3, and so do those below it: the
  // fork compares the kill count of the parent's group with that of the new one. A process that is moved in lives.
  const int directory = group_.directory.get();
  const Quarters& quarters = home();
  const bool plain = quarters.own() && ReadJoined(directory).nesting == 0;
  Spawned spawned;
  std::error_code error = Win32Error::kNotSupported;
  if (plain && !program.assign_first && !ReadKilled(directory))
    error = Spawn(program, {directory, -1, directory}, placed, spawned);
  if (error == Win32Error::kNotSupported) {
    const Fd entry = OpenEntry(quarters.directory);
    if (!entry) return LastError();
    error = Spawn(program, {-1, entry.get(), quarters.directory}, placed, spawned);
  }
  if (error) return error;
  process = std::make_unique<Process>(std::move(spawned.pidfd), spawned.id, ~0U, true);
  process->set_group(quarters.path);
  for (CgroupJob* const job : chain.jobs)
    if (const std::error_code failed = job->LookAfter()) return failed;
  return {};
}

std::error_code CgroupJob::Start(const Program& program, std::unique_ptr<Process>& process) noexcept {
  CgroupJob* const jobs[] = {this};
  return StartInAll(jobs, program, process);
}

std::error_code IsInAnyGroup(const Process& process, bool& member) noexcept {
  const std::string group = GroupOf(process);
  if (group.empty()) return Win32Error::kInvalidParameter;
  member = group.starts_with(CurrentPlatform().path + "/");
  return {};
}

}  // namespace winjob::linux_kernel
