// Jobs on groups: what they count, and putting limits in force.
#include <algorithm>

#include "winjob/error.h"
#include "winjob/linux/cgroup_job.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/exit_codes.h"
#include "winjob/linux/group_files.h"
#include "winjob/linux/group_marks.h"
#include "winjob/linux/group_tree.h"
#include "winjob/linux/guardian.h"
#include "winjob/linux/knobs.h"
#include "winjob/linux/level.h"
#include "winjob/linux/limit_support.h"
#include "winjob/linux/member_settings.h"
#include "winjob/linux/perf_event.h"
#include "winjob/linux/process.h"

namespace winjob::linux_kernel {
namespace {

constexpr std::int64_t kTicksPerMicrosecond = 10;

std::int64_t ToTicks(std::uint64_t microseconds) noexcept {
  return static_cast<std::int64_t>(microseconds) * kTicksPerMicrosecond;
}

/// Whether the disks of two sets of rates are the same; then their values.
const HeldIoRate* Find(const HeldLimits& limits, const HeldIoRate& rate) noexcept {
  const auto found = std::ranges::find_if(limits.io, [&](const HeldIoRate& other) {
    return other.volume[0] != '\0' && other.major == rate.major && other.minor == rate.minor;
  });
  return found != limits.io.end() ? &*found : nullptr;
}

std::vector<pid_t> ListOf(int place) {
  std::vector<pid_t> members;
  const auto list = [&](const Fd& processes) {
    if (processes)
      std::ignore =
          ForEachProcess(processes.get(), [&](auto number) { members.push_back(static_cast<pid_t>(number)); });
  };
  list(OpenAt(place, "cgroup.procs", O_RDONLY));
  const Fd leaf = OpenAt(place, kLeaf, O_RDONLY | O_DIRECTORY);
  if (leaf) list(OpenAt(leaf.get(), "cgroup.procs", O_RDONLY));
  return members;
}

/// SetMembers for the group of `place`, and with their own limits besides for the jobs nested in it, whose marks are in
/// `folder`.
std::error_code SetMembersBelow(int place, int folder, const HeldLimits& before, const HeldLimits& after) {
  std::error_code error = SetMembers([place] { return ListOf(place); }, before, after);
  const int listed = ForEachGroup(place, [&](const char* name) {
    const Fd marks = OpenAt(folder, name, O_RDONLY | O_DIRECTORY);
    const Fd inner = OpenAt(place, name, O_RDONLY | O_DIRECTORY);
    if (error || !marks || !inner) return;  // a leaf has no marks
    const HeldLimits own = ReadHeldLimits(marks.get());
    error = SetMembersBelow(inner.get(), folder, Stricter(before, own), Stricter(after, own));
  });
  return error ? error : FromErrno(listed);
}

}  // namespace

kernel::Support CgroupJob::support() const noexcept {
  const Quarters& quarters = home();
  kernel::Support support{
      kernel::kUserTime | kernel::kKernelTime | kernel::kActiveProcesses | kernel::kTerminatedProcesses,
      1U << abi::kMsgActiveProcessZero | 1U << abi::kMsgEndOfJobTime | 1U << abi::kMsgEndOfProcessTime |
          1U << abi::kMsgNotificationLimit,
      HeldFlags()};
  if (quarters.totals.counters().counts_page_faults()) {  // where such events may be opened, the rings may be, too
    support.counters |= kernel::kPageFaults;
    support.messages |= 1U << abi::kMsgNewProcess | 1U << abi::kMsgExitProcess;
    if (KnowsExitCodes()) support.messages |= 1U << abi::kMsgAbnormalExitProcess;
  }
  if (quarters.totals.counters().counts_processes()) support.counters |= kernel::kTotalProcesses;
  if (quarters.usage.has_memory()) {
    support.counters |= kernel::kMemory;
    support.messages |= 1U << abi::kMsgJobMemoryLimit;
  }
  if (quarters.usage.has_peak()) support.counters |= kernel::kPeakJobMemory;
  if (quarters.usage.has_io())
    support.counters |= kernel::kReadOperations | kernel::kWriteOperations | kernel::kReadBytes | kernel::kWriteBytes;
  if (quarters.groups.version(Controller::kPids) != 0) support.messages |= 1U << abi::kMsgActiveProcessLimit;
  return support;
}

std::error_code CgroupJob::ReadAccounting(abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION& out) noexcept {
  Quarters* quarters = &home();
  Totals totals;
  std::uint64_t nesting = 0;
  {
    const std::lock_guard lock(reading_);
    if (const int error = quarters->totals.Read(totals)) return FromErrno(error);
    nesting = quarters->totals.nesting();
  }
  if (quarters->own() && (nesting & kIsInner) != 0) {  // another program has just nested it
    if (const std::error_code error = Follow()) return error;
    quarters = &home();
  }
  CpuTimes times;
  if (const int error = ReadCpuTimes(quarters->cpu_stat.get(), times)) return FromErrno(error);
  std::uint64_t kills = 0;
  const GroupUsage& usage = quarters->usage;
  if (const int error = usage.has_memory() ? usage.ReadKills(kills) : 0) return FromErrno(error);
  if (const int error = usage.has_io() ? usage.ReadIo(out.IoInfo) : 0) return FromErrno(error);
  std::uint32_t active = 0;
  const std::lock_guard lock(reading_);
  const auto count = [&](std::uint64_t) { ++active; };
  if (const int error = ForEachMember((nesting & kHasInner) != 0, count)) return FromErrno(error);

  abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION& basic = out.BasicInfo;
  basic.TotalUserTime = ToTicks(times.user_usec);
  basic.TotalKernelTime = ToTicks(times.system_usec);
  basic.ThisPeriodTotalUserTime = ToTicks(times.user_usec - period_user_);
  basic.ThisPeriodTotalKernelTime = ToTicks(times.system_usec - period_kernel_);
  basic.ActiveProcesses = active;
  basic.TotalPageFaultCount = static_cast<std::uint32_t>(totals.page_faults);  // 32 bits wide on Windows, too
  if (quarters->totals.counters().counts_processes())
    basic.TotalProcesses = static_cast<std::uint32_t>(totals.processes);
  basic.TotalTerminatedProcesses = static_cast<std::uint32_t>(kills + ReadTimedOut(group_.directory.get()));
  return {};
}

std::error_code CgroupJob::ReadMemory(abi::JOBOBJECT_MEMORY_USAGE_INFORMATION& out) noexcept {
  const GroupUsage& usage = home().usage;
  if (!usage.has_memory()) return Win32Error::kNotSupported;
  MemoryCount count;
  if (const int error = usage.ReadMemory(count)) return FromErrno(error);
  out = {count.current, count.peak};
  return {};
}

std::error_code CgroupJob::ReadProcesses(std::span<std::uint64_t> room, ListCount& count) noexcept {
  if (const std::error_code error = Follow()) return error;
  const bool in_inner_jobs = (ReadJoined(group_.directory.get()).nesting & kHasInner) != 0;
  const std::lock_guard lock(reading_);
  count = {};
  return FromErrno(ForEachMember(in_inner_jobs, [&](std::uint64_t number) {
    if (count.listed < room.size()) room[count.listed++] = number;
    ++count.total;
  }));
}

std::error_code CgroupJob::ReadLimits(HeldLimits& limits) noexcept {
  limits = ReadHeldLimits(group_.directory.get());
  return {};
}

void CgroupJob::RememberPeriod(const HeldLimits& limits) noexcept {
  period_user_ = limits.period_user;
  period_kernel_ = limits.period_kernel;
}

std::error_code CgroupJob::SetPortOwner(std::uint32_t owner) noexcept {
  const std::lock_guard lock(limits_mutex_);
  const GroupLock others(limits_lock());
  HeldLimits limits = ReadHeldLimits(group_.directory.get());
  limits.port_owner = owner;
  return FromErrno(WriteHeldLimits(group_.directory.get(), limits));
}

std::error_code CgroupJob::SetKillOnClose(bool kill) noexcept {
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

/// Sets what is kept with each process: on those of inner jobs, what all their jobs ask for.
std::error_code CgroupJob::SetAllMembers(const HeldLimits& before, const HeldLimits& after) {
  HeldLimits above;
  for (const auto& outer : ChainTo({}).outer) above = Stricter(above, ReadHeldLimits(outer->group_.directory.get()));
  const auto set = [&](const HeldLimits& from, const HeldLimits& to) {
    return SetMembersBelow(home().directory, group_.folder->get(), Stricter(from, above), Stricter(to, above));
  };
  const std::error_code error = set(before, after);
  if (error) std::ignore = set(after, before);
  return error;
}

/// What the kernel holds by itself: knobs, disks, members. What was done is undone when a later part fails.
std::error_code CgroupJob::PutInForce(Quarters& quarters, const HeldLimits& before, const HeldLimits& after) {
  ControllerGroups& groups = quarters.groups;
  const auto members = [this] { return ListMembers(); };
  if (const std::error_code error = TurnKnobs(before, after, groups, members)) return error;
  const int io = groups.directory(Controller::kIo);
  const int version = groups.version(Controller::kIo);
  int failed = 0;
  const auto turn_disks = [&](const HeldLimits& from, const HeldLimits& to) {
    for (const HeldIoRate& old : from.io)
      if (old.volume[0] != '\0' && Find(to, old) == nullptr) failed |= WriteIoRate(io, version, {old.major, old.minor});
    for (const HeldIoRate& rate : to.io) {
      const HeldIoRate* const same = rate.volume[0] != '\0' ? Find(from, rate) : &rate;
      if (failed == 0 && (same == nullptr || same->iops != rate.iops || same->bandwidth != rate.bandwidth))
        failed = WriteIoRate(io, version, rate);
    }
  };
  turn_disks(before, after);
  std::error_code error = FromErrno(failed);
  if (!error) error = SetAllMembers(before, after);
  if (!error) return {};
  turn_disks(after, before);
  std::ignore = TurnKnobs(after, before, groups, members);
  return error;
}

std::error_code CgroupJob::ChangeLimits(const LimitEdit& edit) noexcept {
  const int directory = group_.directory.get();
  if (const std::error_code error = Follow()) return error;
  const Chain chain = ChainTo({});  // keeps the outer jobs open until the locks are free again
  {
    const std::lock_guard lock(limits_mutex_);
    const GroupLock others(limits_lock());
    if (const std::error_code error = FollowLocked()) return error;
    const HeldLimits before = ReadHeldLimits(directory);
    HeldLimits after = before;
    if (const std::error_code error = edit(after)) return error;
    if (const std::error_code error = CheckHeld(after)) return error;

    CpuTimes times;
    if (const int error = ReadCpuTimes(home().cpu_stat.get(), times)) return FromErrno(error);
    if (after.period_user == kFromNow) after.period_user = times.user_usec;
    if (after.period_kernel == kFromNow) after.period_kernel = times.system_usec;
    if (after.thresholds_user == kFromNow) {
      after.thresholds_user = times.user_usec;
      abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 now{};
      after.exceeded = Exceeded(after, now) & abi::kLimitJobMemoryLow;  // to be told when memory drops, not before
    }
    if (const std::error_code error = PutInForce(home(), before, after)) return error;
    std::error_code error;
    const bool kill = after.Has(abi::kLimitKillOnJobClose);
    if (kill != before.Has(abi::kLimitKillOnJobClose)) error = SetKillOnClose(kill);
    if (!error) error = FromErrno(WriteHeldLimits(directory, after));
    if (error) {
      std::ignore = PutInForce(home(), after, before);
      return error;
    }
    RememberPeriod(after);
  }
  return LookAfter();
}

}  // namespace winjob::linux_kernel
