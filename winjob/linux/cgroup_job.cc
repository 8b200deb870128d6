// Jobs on groups: starting, assigning, killing, and the last close.
#include "winjob/linux/cgroup_job.h"

#include <charconv>

#include "winjob/error.h"
#include "winjob/linux/cgroup_tree.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/group_files.h"
#include "winjob/linux/group_marks.h"
#include "winjob/linux/level.h"
#include "winjob/linux/process.h"
#include "winjob/linux/spawn.h"

namespace winjob::linux_kernel {
namespace {

/// The group of a process as /proc shows it, or as it was remembered; empty when neither knows it.
std::string GroupOf(const Process& process) {
  const std::string text = ReadProcFile(("/proc/" + std::to_string(process.id()) + "/cgroup").c_str());
  std::string group(ParseOwnPath(text));
  // The number may belong to another process by now if ours has been reaped.
  return group.empty() || process.HasEnded() ? process.group() : group;
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

std::error_code CgroupJob::OpenFiles() noexcept {
  const int directory = group_.directory.get();
  cpu_stat_ = OpenAt(directory, "cpu.stat", O_RDONLY);
  processes_ = OpenAt(directory, "cgroup.procs", O_RDWR);
  freeze_ = OpenAt(directory, "cgroup.freeze", O_RDONLY);
  return cpu_stat_ && processes_ && freeze_ ? std::error_code() : LastError();
}

CgroupJob::~CgroupJob() {
  if (!group_.directory || !LeaveGroup(group_)) return;
  const int directory = group_.directory.get();
  if ((ReadLimitFlags(directory) & abi::kLimitKillOnJobClose) != 0) {
    if (KillAndWait(directory) != 0) return;
  } else if (!WaitUntilEmpty(directory, ending_ ? 1000 : 0)) {
    return;  // the members live on, and the name with them
  }
  RemoveGroup(group_.folder.get(), group_.path.c_str(), group_.name.c_str());
}

kernel::Support CgroupJob::support() const noexcept {
  return {kernel::kUserTime | kernel::kKernelTime | kernel::kActiveProcesses, 0};
}

std::error_code CgroupJob::ReadAccounting(abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION& out) noexcept {
  CpuTimes times;
  if (const int error = ReadCpuTimes(cpu_stat_.get(), times)) return FromErrno(error);
  std::uint32_t active = 0;
  const std::lock_guard lock(mutex_);
  if (const int error = ForEachProcess(processes_.get(), [&](std::uint64_t) { ++active; })) return FromErrno(error);

  constexpr std::int64_t kTicksPerMicrosecond = 10;
  abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION& basic = out.BasicInfo;
  basic.TotalUserTime = basic.ThisPeriodTotalUserTime =
      static_cast<std::int64_t>(times.user_usec) * kTicksPerMicrosecond;
  basic.TotalKernelTime = basic.ThisPeriodTotalKernelTime =
      static_cast<std::int64_t>(times.system_usec) * kTicksPerMicrosecond;
  basic.ActiveProcesses = active;
  return {};
}

std::error_code CgroupJob::ReadProcesses(std::span<std::uint64_t> room, ListCount& count) noexcept {
  const std::lock_guard lock(mutex_);
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
  return FromErrno(WriteLimitFlags(group_.directory.get(), kill ? abi::kLimitKillOnJobClose : 0));
}

std::error_code CgroupJob::SetFrozen(bool frozen) noexcept {
  return FromErrno(WriteAt(group_.directory.get(), "cgroup.freeze", frozen ? "1" : "0"));
}

std::error_code CgroupJob::Associate(std::shared_ptr<PortQueue>, std::uint64_t) noexcept {
  return Win32Error::kNotSupported;
}

std::error_code CgroupJob::Dissociate() noexcept { return Win32Error::kNotSupported; }

std::error_code CgroupJob::Assign(Process& process) noexcept {
  if (process.HasEnded()) return Win32Error::kAccessDenied;
  bool member = false;
  if (!Contains(process, member) && member) return {};
  char text[16];
  const auto end = std::to_chars(text, text + sizeof(text), process.id()).ptr;
  if (::write(processes_.get(), text, static_cast<std::size_t>(end - text)) < 0)
    return errno == ESRCH ? std::error_code(Win32Error::kAccessDenied) : LastError();
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

std::error_code CgroupJob::Start(const Program& program, std::unique_ptr<Process>& process) noexcept {
  const int directory = group_.directory.get();
  const auto placed = [&](pid_t) { std::ignore = AddStart(directory, freeze_.get()); };
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

std::error_code IsInAnyJob(const Process& process, bool& member) noexcept {
  const std::string group = GroupOf(process);
  if (group.empty()) return Win32Error::kInvalidParameter;
  member = group.starts_with(CurrentPlatform().path + "/");
  return {};
}

}  // namespace winjob::linux_kernel
