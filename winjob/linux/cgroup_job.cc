// Jobs on groups: starting, assigning, killing, and the last close.
#include "winjob/linux/cgroup_job.h"

#include <charconv>

#include "winjob/error.h"
#include "winjob/linux/cgroup_tree.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/group_files.h"
#include "winjob/linux/group_marks.h"
#include "winjob/linux/guardian.h"
#include "winjob/linux/level.h"
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
  job = std::move(made);
  return {};
}

std::error_code CgroupJob::OpenFiles() {
  const int directory = group_.directory.get();
  cpu_stat_ = OpenAt(directory, "cpu.stat", O_RDONLY);
  processes_ = OpenAt(directory, "cgroup.procs", O_RDWR);
  freeze_ = OpenAt(directory, "cgroup.freeze", O_RDONLY);
  if (!cpu_stat_ || !processes_ || !freeze_) return LastError();
  return totals_.Open(directory);
}

CgroupJob::~CgroupJob() {
  if (!group_.directory) return;
  if (port_) port_->Remove(*messages_);
  Totals last;
  std::ignore = totals_.Read(last);  // stores it for the next holder
  const bool removed = LeaveGroup(group_) && RemoveOwn();
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
  RemoveGroup(group_.folder.get(), group_.path.c_str(), group_.name.c_str());
  return true;
}

kernel::Support CgroupJob::support() const noexcept {
  kernel::Support support{kernel::kUserTime | kernel::kKernelTime | kernel::kActiveProcesses,
                          1U << abi::kMsgActiveProcessZero, abi::kLimitKillOnJobClose};
  if (totals_.counters().counts_page_faults()) {  // where such events may be opened, the rings may be, too
    support.counters |= kernel::kPageFaults;
    support.messages |= 1U << abi::kMsgNewProcess | 1U << abi::kMsgExitProcess;
  }
  if (totals_.counters().counts_processes()) support.counters |= kernel::kTotalProcesses;
  return support;
}

std::error_code CgroupJob::ReadAccounting(abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION& out) noexcept {
  CpuTimes times;
  if (const int error = ReadCpuTimes(cpu_stat_.get(), times)) return FromErrno(error);
  std::uint32_t active = 0;
  Totals totals;
  const std::lock_guard lock(reading_);
  if (const int error = totals_.counters().counts_page_faults() ? totals_.Read(totals) : 0) return FromErrno(error);
  if (const int error = ForEachProcess(processes_.get(), [&](std::uint64_t) { ++active; })) return FromErrno(error);

  constexpr std::int64_t kTicksPerMicrosecond = 10;
  abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION& basic = out.BasicInfo;
  basic.TotalUserTime = basic.ThisPeriodTotalUserTime =
      static_cast<std::int64_t>(times.user_usec) * kTicksPerMicrosecond;
  basic.TotalKernelTime = basic.ThisPeriodTotalKernelTime =
      static_cast<std::int64_t>(times.system_usec) * kTicksPerMicrosecond;
  basic.ActiveProcesses = active;
  basic.TotalPageFaultCount = static_cast<std::uint32_t>(totals.page_faults);  // 32 bits wide on Windows, too
  if (totals_.counters().counts_processes()) basic.TotalProcesses = static_cast<std::uint32_t>(totals.processes);
  return {};
}

std::error_code CgroupJob::ReadProcesses(std::span<std::uint64_t> room, ListCount& count) noexcept {
  const std::lock_guard lock(reading_);
  count = {};
  return FromErrno(ForEachProcess(processes_.get(), [&](std::uint64_t number) {
    if (count.listed < room.size()) room[count.listed++] = number;
    ++count.total;
  }));
}

std::error_code CgroupJob::ReadKillOnClose(bool& kill) noexcept {
  kill = (ReadLimitFlags(group_.directory.get()) & abi::kLimitKillOnJobClose) != 0;
  return {};
}

std::error_code CgroupJob::SetKillOnClose(bool kill) noexcept {
  const std::lock_guard lock(guardian_mutex_);
  const int directory = group_.directory.get();
  if (!kill) {
    const int error = WriteLimitFlags(directory, 0);
    if (error == 0 && guardian_) EndGuardian(std::move(guardian_));
    return FromErrno(error);
  }
  // A flag that is set has a guardian already, of this program or another.
  if ((ReadLimitFlags(directory) & abi::kLimitKillOnJobClose) != 0) return {};
  Fd guardian;
  if (const std::error_code error = StartGuardian(group_, guardian)) return error;
  const int error = WriteLimitFlags(directory, abi::kLimitKillOnJobClose);
  if (error != 0)
    EndGuardian(std::move(guardian));
  else
    guardian_ = std::move(guardian);
  return FromErrno(error);
}

std::error_code CgroupJob::SetFrozen(bool frozen) noexcept {
  return FromErrno(WriteAt(group_.directory.get(), "cgroup.freeze", frozen ? "1" : "0"));
}

std::vector<std::uint64_t> CgroupJob::ListMembers() {
  std::vector<std::uint64_t> members;
  const std::lock_guard lock(reading_);
  std::ignore = ForEachProcess(processes_.get(), [&](std::uint64_t number) { members.push_back(number); });
  return members;
}

std::error_code CgroupJob::Associate(std::shared_ptr<PortQueue> port, std::uint64_t key) noexcept {
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
  messages_ = std::move(messages);
  return {};
}

std::error_code CgroupJob::Dissociate() noexcept {
  const std::lock_guard lock(port_mutex_);
  if (!port_) return Win32Error::kInvalidParameter;
  port_->Remove(*messages_);
  port_.reset();
  messages_.reset();
  return {};
}

std::error_code CgroupJob::MoveIn(pid_t id) noexcept {
  char text[16];
  const auto end = std::to_chars(text, text + sizeof(text), id).ptr;
  if (::write(processes_.get(), text, static_cast<std::size_t>(end - text)) >= 0) return {};
  return errno == ESRCH ? std::error_code(Win32Error::kAccessDenied) : LastError();
}

std::error_code CgroupJob::Assign(Process& process) noexcept {
  if (process.HasEnded()) return Win32Error::kAccessDenied;
  bool member = false;
  if (!Contains(process, member) && member) return {};
  // A move would take it out of the job that it is in, without a word to that job's port.
  if (!IsInAnyGroup(process, member) && member) return Win32Error::kNotSupported;  // nested jobs

  std::error_code error;
  const std::lock_guard lock(port_mutex_);
  if (port_) {
    port_->Update(*messages_, [&] {
      const std::uint64_t time = GroupMessages::Time();  // before its exit can be recorded
      error = MoveIn(process.id());
      if (!error) messages_->AddStarted(static_cast<std::uint32_t>(process.id()), time);
    });
  } else {
    error = MoveIn(process.id());
  }
  if (error) return error;
  ending_ = false;
  process.set_group(path_);
  return FromErrno(AddStart(group_.directory.get(), freeze_.get()));
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

/// Counts and reports a process that waits in the group to become its program.
void CgroupJob::NoteStart(pid_t id) noexcept {
  const std::lock_guard lock(port_mutex_);
  // A count that cannot be stored is one start too few; ending the process for it would be worse.
  std::ignore = AddStart(group_.directory.get(), freeze_.get());
  if (!port_) return;
  const auto number = static_cast<std::uint32_t>(id);
  port_->Update(*messages_, [&] { messages_->AddStarted(number, GroupMessages::Time()); });
}

std::error_code CgroupJob::Start(const Program& program, std::unique_ptr<Process>& process) noexcept {
  const int directory = group_.directory.get();
  const auto placed = [&](pid_t id) { NoteStart(id); };
  ending_ = false;

  // From 6.12 on a group that was killed once kills every process born into it by clone3: the fork compares the kill
  // count of the parent's group with that of the new one. A process that is moved in lives.
  Spawned spawned;
  std::error_code error = Win32Error::kNotSupported;
  if (!program.assign_first && !ReadKilled(directory))
    error = Spawn(program, {directory, -1, freeze_.get()}, placed, spawned);
  if (error == Win32Error::kNotSupported)
    error = Spawn(program, {-1, processes_.get(), freeze_.get()}, placed, spawned);
  if (error) return error;
  process = std::make_unique<Process>(std::move(spawned.pidfd), spawned.id, ~0U, true);
  process->set_group(path_);
  return {};
}

std::error_code IsInAnyGroup(const Process& process, bool& member) noexcept {
  const std::string group = GroupOf(process);
  if (group.empty()) return Win32Error::kInvalidParameter;
  member = group.starts_with(CurrentPlatform().path + "/");
  return {};
}

}  // namespace winjob::linux_kernel
