// Jobs on groups: what a program looks after itself, because no controller does.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <limits>
#include <vector>

#include "winjob/linux/cgroup_job.h"
#include "winjob/linux/cgroup_tree.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/group_files.h"
#include "winjob/linux/group_marks.h"
#include "winjob/linux/perf_event.h"
#include "winjob/linux/proc_tree.h"
#include "winjob/linux/process.h"

namespace winjob::linux_kernel {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSampling = 100'000;  // us, for what grows at no known rate
constexpr std::int64_t kShortest = 1'000;

/// When something that grows by at most one second for each processor and second can be used up.
std::int64_t UsedUpIn(std::int64_t left) noexcept {
  return std::max(left / static_cast<std::int64_t>(std::max<std::size_t>(OnlineCpus().size(), 1)), kShortest);
}

std::int64_t ToMicroseconds(std::int64_t ticks) noexcept { return ticks / 10; }

/// Those of the members that a limit on their own time has ended already.
std::vector<EndedMember> EndedAmong(int directory, const std::vector<pid_t>& members) {
  std::array<EndedMember, kMaxEndedMembers> room;
  std::vector<EndedMember> ended(room.begin(), room.begin() + ReadEndedMembers(directory, room));
  std::erase_if(ended, [&](const EndedMember& member) {
    return std::ranges::find(members, static_cast<pid_t>(member.id)) == members.end();
  });
  return ended;
}

}  // namespace

bool CgroupJob::HasPort() noexcept {
  const std::lock_guard lock(port_mutex_);
  return port_ != nullptr;
}

void CgroupJob::Tell(std::uint32_t message, std::uint64_t value) noexcept {
  const std::lock_guard lock(port_mutex_);
  if (port_) port_->Post({port_key_, message, value});
}

/// Posts the message once and takes the limit off, or ends all members. A port may be another program's.
void CgroupJob::EndOfJobTime(HeldLimits& limits) noexcept {
  const int directory = group_.directory.get();
  if (limits.end_of_job_time == abi::kPostAtEndOfJob) {
    if (HasPort()) {
      limits.extended.BasicLimitInformation.LimitFlags &= ~abi::kLimitJobTime;
      std::ignore = WriteHeldLimits(directory, limits);
      Tell(abi::kMsgEndOfJobTime, 0);
      return;
    }
    const auto owner = static_cast<pid_t>(limits.port_owner);
    if (owner > 0 && owner != ::getpid() && (::kill(owner, 0) == 0 || errno == EPERM)) return;
  }
  if (std::exchange(limits.out_of_time, 1) != 0) {  // all are counted, and some take a while to be gone
    std::ignore = Kill();
    return;
  }
  std::ignore = WriteHeldLimits(directory, limits);
  std::vector<pid_t> members = ListMembers();
  std::ignore = AddTimedOut(directory, counts_lock(), members.size() - EndedAmong(directory, members).size());
  std::ignore = Kill();
  std::ranges::sort(members);
  const auto born_meanwhile = std::ranges::count_if(
      ListMembers(), [&](const pid_t member) { return !std::ranges::binary_search(members, member); });
  if (born_meanwhile > 0)
    std::ignore = AddTimedOut(directory, counts_lock(), static_cast<std::uint64_t>(born_meanwhile));
}

/// Ends the members that have used more user time than each one may.
void CgroupJob::LookAtProcesses(const HeldLimits& limits, std::int64_t& next) noexcept {
  static const std::int64_t microseconds_per_tick = 1'000'000 / ::sysconf(_SC_CLK_TCK);
  const std::int64_t limit = ToMicroseconds(limits.extended.BasicLimitInformation.PerProcessUserTimeLimit);
  next = std::min(next, UsedUpIn(limit));  // a process may begin right now
  const int directory = group_.directory.get();
  const std::vector<pid_t> members = ListMembers();
  std::optional<std::vector<EndedMember>> ended;
  for (const pid_t member : members) {
    kernel::RawHandle raw = nullptr;
    if (Process::Open(static_cast<ProcessId>(member), abi::kProcessTerminate, raw)) continue;
    const std::unique_ptr<Object> owner(static_cast<Object*>(raw));
    auto* const process = As<Process>(raw);
    ProcStat stat;
    if (ReadProcStat(member, stat) != 0) continue;
    const std::int64_t left = limit - static_cast<std::int64_t>(stat.user) * microseconds_per_tick;
    if (left > 0) {
      next = std::min(next, UsedUpIn(left));
      continue;
    }
    bool inside = false;  // it may be another process of this number by now
    if (Contains(*process, inside) || !inside || process->HasEnded()) continue;
    if (!ended) ended = EndedAmong(directory, members);
    const EndedMember self{static_cast<std::uint64_t>(member), stat.started};
    const bool known = std::ranges::find(*ended, self) != ended->end();
    if (!known) {  // counted first: who learns of its end finds it counted
      if (ended->size() == kMaxEndedMembers) ended->erase(ended->begin());
      ended->push_back(self);
      std::ignore = WriteEndedMembers(directory, *ended);
      std::ignore = AddTimedOut(directory, counts_lock(), 1);
    }
    if (!process->Kill() && !known) Tell(abi::kMsgEndOfProcessTime, self.id);
  }
}

/// The flags of the thresholds that are exceeded, and what is used.
std::uint32_t CgroupJob::Exceeded(const HeldLimits& limits,
                                  abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2& now) noexcept {
  const auto& thresholds = limits.thresholds;
  CpuTimes times;
  MemoryCount memory;
  abi::IO_COUNTERS io{};
  if (ReadCpuTimes(home().cpu_stat.get(), times) != 0 ||
      (home().usage.has_memory() && home().usage.ReadMemory(memory) != 0) ||
      (home().usage.has_io() && home().usage.ReadIo(io) != 0))
    return limits.exceeded;
  // A peak between two looks counts as well, if it is higher than all before.
  const bool peaked = memory.peak > std::max(peak_seen_, thresholds.JobHighMemoryLimit) && peak_seen_ != 0;
  peak_seen_ = memory.peak;

  now.IoReadBytes = io.ReadTransferCount;
  now.IoWriteBytes = io.WriteTransferCount;
  now.PerJobUserTime = static_cast<std::int64_t>(times.user_usec - limits.thresholds_user) * 10;
  now.JobMemory = memory.current;
  std::uint32_t flags = 0;
  if (memory.current > thresholds.JobHighMemoryLimit || peaked) flags |= abi::kLimitJobMemory;
  if (memory.current < thresholds.JobLowMemoryLimit) flags |= abi::kLimitJobMemoryLow;
  if (now.IoReadBytes > thresholds.IoReadBytesLimit) flags |= abi::kLimitJobReadBytes;
  if (now.IoWriteBytes > thresholds.IoWriteBytesLimit) flags |= abi::kLimitJobWriteBytes;
  if (now.PerJobUserTime > thresholds.PerJobUserTimeLimit) flags |= abi::kLimitJobTime;
  return flags & thresholds.LimitFlags;
}

/// Tells of a threshold that was crossed, once, until somebody asks which.
void CgroupJob::LookAtThresholds(HeldLimits& limits) noexcept {
  abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 now{};
  const std::uint32_t exceeded = Exceeded(limits, now);
  const std::uint32_t fresh = exceeded & ~limits.exceeded;
  if (exceeded == limits.exceeded) return;
  limits.exceeded = exceeded;
  const bool tell = fresh != 0 && limits.reported == 0;
  if (tell) limits.reported = 1;
  std::ignore = WriteHeldLimits(group_.directory.get(), limits);
  if (tell) Tell(abi::kMsgNotificationLimit, 0);
}

std::error_code CgroupJob::ReadViolations(abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2& out) noexcept {
  const std::lock_guard lock(limits_mutex_);
  const GroupLock others(limits_lock());
  HeldLimits limits = ReadHeldLimits(group_.directory.get());
  const auto& thresholds = limits.thresholds;
  abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 info{};
  info.LimitFlags = thresholds.LimitFlags;
  info.ViolationLimitFlags = Exceeded(limits, info);
  info.IoReadBytesLimit = thresholds.IoReadBytesLimit;
  info.IoWriteBytesLimit = thresholds.IoWriteBytesLimit;
  info.PerJobUserTimeLimit = thresholds.PerJobUserTimeLimit;
  info.JobHighMemoryLimit = thresholds.JobHighMemoryLimit;
  info.JobLowMemoryLimit = thresholds.JobLowMemoryLimit;
  limits.reported = 0;
  if (const int error = WriteHeldLimits(group_.directory.get(), limits)) return FromErrno(error);
  out = info;
  return {};
}

void CgroupJob::NoteRefusalsSoFar() noexcept {
  const std::lock_guard lock(limits_mutex_);
  if (home().usage.has_memory()) std::ignore = home().usage.ReadKills(kills_told_);
  if (const int pids = home().groups.directory(Controller::kPids); pids >= 0)
    std::ignore = ReadRefusedForks(pids, forks_told_);
}

/// Tells what the controllers refused since the last look: one message for each kind, however often.
void CgroupJob::LookAtRefusals(const HeldLimits& limits) noexcept {
  std::uint64_t kills = kills_told_;
  std::uint64_t forks = forks_told_;
  if (limits.Has(abi::kLimitJobMemory)) std::ignore = home().usage.ReadKills(kills);
  if (limits.Has(abi::kLimitActiveProcess))
    std::ignore = ReadRefusedForks(home().groups.directory(Controller::kPids), forks);
  if (std::exchange(kills_told_, kills) < kills) Tell(abi::kMsgJobMemoryLimit, 0);
  if (std::exchange(forks_told_, forks) < forks) Tell(abi::kMsgActiveProcessLimit, 0);
}

std::error_code CgroupJob::LookAfter() noexcept {
  overseen_ = true;
  return Oversee(*this);
}

/// Asks for no other job: whoever looks for jobs may be waiting for the overseer.
std::optional<std::chrono::microseconds> CgroupJob::Look() noexcept {
  const std::lock_guard lock(limits_mutex_);
  const GroupLock others(limits_lock());
  if (FollowLocked()) return std::chrono::microseconds(kSampling);  // without descriptors, for one
  HeldLimits limits = ReadHeldLimits(group_.directory.get());
  RememberPeriod(limits);
  ListCount members;
  std::ignore = ReadProcesses({}, members);  // no list: a look must not allocate while nothing is amiss
  const bool empty = members.total == 0;
  std::int64_t next = kNever;

  if (limits.Has(abi::kLimitJobTime) && !(empty && limits.out_of_time != 0)) {
    CpuTimes times;
    const std::int64_t limit = ToMicroseconds(limits.extended.BasicLimitInformation.PerJobUserTimeLimit);
    if (ReadCpuTimes(home().cpu_stat.get(), times) == 0) {
      const std::int64_t left = limit - static_cast<std::int64_t>(times.user_usec - limits.period_user);
      next = std::min(next, left > 0 ? UsedUpIn(left) : kSampling);
      if (left <= 0) EndOfJobTime(limits);
    }
  }
  if (limits.Has(abi::kLimitProcessTime) && limits.out_of_time == 0) LookAtProcesses(limits, next);
  if (HasPort()) {
    if (limits.thresholds.LimitFlags != 0) {
      next = std::min(next, kSampling);
      LookAtThresholds(limits);
    }
    if (limits.Has(abi::kLimitJobMemory | abi::kLimitActiveProcess)) {
      next = std::min(next, kSampling);
      LookAtRefusals(limits);
    }
  }
  // An empty job changes by nothing but a newcomer, and whoever lets that in has it looked at again.
  if (empty || next == kNever) return std::nullopt;
  return std::chrono::microseconds(next);
}

}  // namespace winjob::linux_kernel
