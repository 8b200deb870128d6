// Jobs on groups: starting, assigning, killing, and the last close.
#include "winjob/linux/cgroup_job.h"

#include <unistd.h>

#include <cerrno>

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
  const Platform& platform = CurrentPlatform();
  if (const std::error_code error = OpenGroup(platform.directory, name, mode, made->group_, existed)) return error;
  made->path_ = platform.path + "/" + name;
  if (const std::error_code error = made->OpenFiles()) return error;
  if (const std::error_code error = made->OpenControllers()) return error;
  HeldLimits limits = ReadHeldLimits(made->group_.directory.get());
  made->RememberPeriod(limits);
  if (existed)
    if (const std::error_code error = Oversee(*made)) return error;
  job = std::move(made);
  return {};
}

/// Memory and disk traffic are counted from the job's beginning; the groups of the other controllers can wait for a
/// limit that needs them.
std::error_code CgroupJob::OpenControllers() {
  const Controllers& controllers = CurrentPlatform().controllers;
  if (const int error = HandOn(group_.folder->get(), controllers)) return FromErrno(error);
  const GroupLock others(cpu_stat_.get());
  if (const std::error_code error = groups_.Open(group_.directory.get(), group_.name, controllers)) return error;
  for (const Controller controller : {Controller::kMemory, Controller::kIo}) {
    if (groups_.version(controller) == 0) continue;
    if (const std::error_code error = groups_.Need(controller, [this] { return ListMembers(); })) return error;
  }
  if (groups_.version(Controller::kIo) == 1) CountDisks(groups_.directory(Controller::kIo));
  usage_.Open(groups_);
  return {};
}

std::error_code CgroupJob::OpenFiles() {
  const int directory = group_.directory.get();
  cpu_stat_ = OpenAt(directory, "cpu.stat", O_RDONLY);
  processes_ = OpenAt(directory, "cgroup.procs", O_RDWR);
  if (!cpu_stat_ || !processes_) return LastError();
  return totals_.Open(directory);
}

CgroupJob::~CgroupJob() {
  if (!group_.directory) return;
  LeaveAlone(*this);
  if (port_) {
    port_->Remove(*messages_);
    std::ignore = SetPortOwner(0);
  }
  Totals last;
  std::ignore = totals_.Read(last);  // stores it for the next holder
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
  RemoveGroup(directory, group_.folder->get(), group_.path.c_str(), group_.name.c_str());
  return true;
}

std::error_code CgroupJob::SetFrozen(bool frozen) noexcept {
  return FromErrno(WriteAt(group_.directory.get(), "cgroup.freeze", frozen ? "1" : "0"));
}

std::vector<pid_t> CgroupJob::ListMembers() {
  std::vector<pid_t> members;
  const std::lock_guard lock(reading_);
  std::ignore =
      ForEachProcess(processes_.get(), [&](std::uint64_t number) { members.push_back(static_cast<pid_t>(number)); });
  return members;
}

std::error_code CgroupJob::Associate(std::shared_ptr<PortQueue> port, std::uint64_t key) noexcept {
  {
    const std::lock_guard lock(port_mutex_);
    if (port_) return Win32Error::kInvalidParameter;
    std::shared_ptr<GroupMessages> messages;
    const bool processes = totals_.counters().counts_page_faults();
    if (const std::error_code error = GroupMessages::Create(group_.directory.get(), key, processes, messages))
      return error;
    messages->Replay(ListMembers());
    const std::vector<int> rings = messages->ring_descriptors();
    const int events[] = {messages->events_descriptor()};
    if (const std::error_code error = port->Add(messages, rings, events)) return error;
    port_ = std::move(port);
    port_key_ = key;
    messages_ = std::move(messages);
  }
  NoteRefusalsSoFar();
  if (const std::error_code error = SetPortOwner(static_cast<std::uint32_t>(::getpid()))) return error;
  return Oversee(*this);
}

std::error_code CgroupJob::Dissociate() noexcept {
  {
    const std::lock_guard lock(port_mutex_);
    if (!port_) return Win32Error::kInvalidParameter;
    port_->Remove(*messages_);
    port_.reset();
    messages_.reset();
  }
  return SetPortOwner(0);
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

/// Gives a process that has just come in what the limits ask for.
int CgroupJob::Settle(pid_t id) noexcept {
  if (const int error = groups_.MoveIn(id)) return error;
  return SetMember(id, HeldLimits(), ReadHeldLimits(group_.directory.get()));
}

std::error_code CgroupJob::Assign(Process& process) noexcept {
  if (process.HasEnded()) return Win32Error::kAccessDenied;
  bool member = false;
  if (!Contains(process, member) && member) return {};
  // A move would take it out of the job that it is in, without a word to that job's port.
  if (!IsInAnyGroup(process, member) && member) return Win32Error::kNotSupported;  // nested jobs

  {
    const std::lock_guard limits(limits_mutex_);
    const GroupLock others(cpu_stat_.get());
    if (const std::error_code error = Admit(1)) return error;
    int error = 0;
    const std::lock_guard lock(port_mutex_);
    if (port_) {
      port_->Update(*messages_, [&] {
        const std::uint64_t time = MonotonicTime();  // before its exit can be recorded
        error = MoveProcess(processes_.get(), process.id());
        if (error == 0) messages_->AddStarted(static_cast<std::uint32_t>(process.id()), time);
      });
    } else {
      error = MoveProcess(processes_.get(), process.id());
    }
    if (error == ESRCH) return Win32Error::kAccessDenied;
    if (error == 0) error = Settle(process.id());
    if (error != 0) return FromErrno(error);
    ending_ = false;
    process.set_group(path_);
    if (const int failed = AddStart(group_.directory.get(), processes_.get())) return FromErrno(failed);
  }
  return Oversee(*this);
}

std::error_code CgroupJob::Contains(const Process& process, bool& member) noexcept {
  const std::string group = GroupOf(process);
  if (group.empty()) return Win32Error::kInvalidParameter;
  member = group == path_ || group.starts_with(path_ + "/");
  return {};
}

std::error_code CgroupJob::Terminate() noexcept {
  const int directory = group_.directory.get();
  if (const int error = WriteKilled(directory)) return FromErrno(error);
  ending_ = true;
  return FromErrno(WriteAt(directory, "cgroup.kill", "1"));
}

std::error_code CgroupJob::IsAbandoned(bool& abandoned) noexcept {
  abandoned = IsHeldForNothing(group_);
  return {};
}

/// Settles, counts and reports a process that waits in the group to become its program.
int CgroupJob::NoteStart(pid_t id) noexcept {
  const std::lock_guard limits(limits_mutex_);
  {
    const GroupLock others(cpu_stat_.get());
    if (Admit(0)) return EDQUOT;  // another start was quicker
    if (const int error = Settle(id)) return error;
  }
  const std::lock_guard lock(port_mutex_);
  // A count that cannot be stored is one start too few; ending the process for it would be worse.
  std::ignore = AddStart(group_.directory.get(), processes_.get());
  if (!port_) return 0;
  const auto number = static_cast<std::uint32_t>(id);
  port_->Update(*messages_, [&] { messages_->AddStarted(number, MonotonicTime()); });
  return 0;
}

std::error_code CgroupJob::Start(const Program& program, std::unique_ptr<Process>& process) noexcept {
  const int directory = group_.directory.get();
  const auto placed = [&](pid_t id) { return NoteStart(id); };
  ending_ = false;
  if (const std::error_code error = Admit(1)) return error;

  // From 6.12 on a group that was killed once kills every process born into it by clone3: the fork compares the kill
  // count of the parent's group with that of the new one. A process that is moved in lives.
  Spawned spawned;
  std::error_code error = Win32Error::kNotSupported;
  if (!program.assign_first && !ReadKilled(directory))
    error = Spawn(program, {directory, -1, directory}, placed, spawned);
  if (error == Win32Error::kNotSupported)
    error = Spawn(program, {-1, processes_.get(), directory}, placed, spawned);
  if (error) return error;
  process = std::make_unique<Process>(std::move(spawned.pidfd), spawned.id, ~0U, true);
  process->set_group(path_);
  return Oversee(*this);
}

std::error_code IsInAnyGroup(const Process& process, bool& member) noexcept {
  const std::string group = GroupOf(process);
  if (group.empty()) return Win32Error::kInvalidParameter;
  member = group.starts_with(CurrentPlatform().path + "/");
  return {};
}

}  // namespace winjob::linux_kernel
