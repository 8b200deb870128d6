#include "agent/limit_reading.h"

#include <algorithm>

#include "winjob/information.h"
#include "winjob/limit_codec.h"
#include "winjob/limit_table.h"

namespace winjob::agent {
namespace {

constexpr std::size_t kMostGroups = 64;

// The places in LimitReader::lacking_.
enum Slot : std::size_t { kCpu, kNetwork, kUi, kEndOfJobTime };

std::uint64_t Pages(Bytes bytes) noexcept { return bytes.count() / 4096; }

bool SameMemory(const std::optional<Bytes>& wanted, const std::optional<Bytes>& found) noexcept {
  return found && Pages(*wanted) == Pages(*found);
}

bool SameGroups(const std::vector<GroupMask>& wanted, const std::optional<std::vector<GroupMask>>& found) noexcept {
  return found && found->size() == wanted.size() &&
         std::all_of(wanted.begin(), wanted.end(), [&](const GroupMask& group) {
           return std::find(found->begin(), found->end(), group) != found->end();
         });
}

// A switch that is off is absent.
template <class T>
bool SameSwitch(const std::optional<T>& wanted, const std::optional<T>& found) noexcept {
  return found.value_or(T{}) == *wanted;
}

}  // namespace

template <class Info>
std::error_code LimitReader::ReadClass(const Job& job, std::size_t slot, Info& info) noexcept {
  if (lacking_[slot]) return {};
  const std::error_code error = Query(job.raw(), info);
  if (!error) return {};
  info = {};
  lacking_[slot] = IsUnknownClass(error);
  failed_ = Info::kClass;
  return lacking_[slot] ? std::error_code() : error;
}

std::error_code LimitReader::ReadGroups(const Job& job, std::optional<std::vector<GroupMask>>& out) noexcept {
  std::array<abi::GROUP_AFFINITY, kMostGroups> entries{};
  const std::error_code error =
      kernel::QueryInformation(job.raw(), abi::InfoClass::kGroupEx, entries.data(), sizeof(entries));
  if (IsUnknownClass(error)) return {};
  failed_ = abi::InfoClass::kGroupEx;
  if (error) return error;
  if (!out) out.emplace();
  out->clear();  // keeps its memory
  for (const abi::GROUP_AFFINITY& entry : entries)
    if (entry.Mask != 0) out->push_back({entry.Group, entry.Mask});
  return {};
}

std::error_code LimitReader::Read(const Job& job, const Limits& wanted, LimitReading& out) noexcept {
  std::optional<std::vector<GroupMask>> groups = std::move(out.limits.group_affinity);
  out.memory = {};
  out.limits = {};
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION extended{};
  failed_ = abi::InfoClass::kExtendedLimit;
  if (const std::error_code error = job.QueryExtendedLimit(extended)) return error;
  out.limits = Decode(extended);

  abi::JOBOBJECT_MEMORY_USAGE_INFORMATION usage{};
  const std::uint32_t known = job.support().counters;
  if (known & kernel::kMemory) {
    failed_ = abi::InfoClass::kMemoryUsage;
    if (const std::error_code error = Query(job.raw(), usage)) return error;
  }
  out.memory = Decode(usage, extended, known);

  abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION cpu{};
  if (const std::error_code error = ReadClass(job, kCpu, cpu)) return error;
  out.limits.cpu = Decode(cpu);
  abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION net{};
  if (const std::error_code error = ReadClass(job, kNetwork, net)) return error;
  out.limits.network = Decode(net);
  if (wanted.ui) {
    abi::JOBOBJECT_BASIC_UI_RESTRICTIONS ui{};
    if (const std::error_code error = ReadClass(job, kUi, ui)) return error;
    if (ui.UIRestrictionsClass != 0) out.limits.ui = UiRestrictions{ui.UIRestrictionsClass};
  }
  if (wanted.end_of_job_time) {
    abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION end{};
    if (const std::error_code error = ReadClass(job, kEndOfJobTime, end)) return error;
    if (end.EndOfJobTimeAction == abi::kPostAtEndOfJob) out.limits.end_of_job_time = EndOfJobTime::kPost;
  }
  if (wanted.group_affinity) {
    if (const std::error_code error = ReadGroups(job, groups)) return error;
    out.limits.group_affinity = std::move(groups);
  }
  return {};
}

bool Differs(LimitKind kind, const Limits& wanted, const Limits& found) noexcept {
  switch (kind) {
    case LimitKind::kJobMemory: return !SameMemory(wanted.job_memory, found.job_memory);
    case LimitKind::kProcessMemory: return !SameMemory(wanted.process_memory, found.process_memory);
    case LimitKind::kActiveProcesses: return wanted.active_processes != found.active_processes;
    case LimitKind::kJobUserTime: return !found.job_user_time || *found.job_user_time < *wanted.job_user_time;
    case LimitKind::kProcessUserTime: return wanted.process_user_time != found.process_user_time;
    case LimitKind::kWorkingSet:
      return !found.working_set || Pages(found.working_set->min) != Pages(wanted.working_set->min) ||
             Pages(found.working_set->max) != Pages(wanted.working_set->max);
    case LimitKind::kAffinity: return wanted.affinity != found.affinity;
    case LimitKind::kSubsetAffinity: return !SameSwitch(wanted.subset_affinity, found.subset_affinity);
    case LimitKind::kPriorityClass: return wanted.priority_class != found.priority_class;
    case LimitKind::kSchedulingClass: return wanted.scheduling_class != found.scheduling_class;
    case LimitKind::kDieOnUnhandledException:
      return !SameSwitch(wanted.die_on_unhandled_exception, found.die_on_unhandled_exception);
    case LimitKind::kBreakaway: return !SameSwitch(wanted.breakaway, found.breakaway);
    case LimitKind::kKillOnClose: return !SameSwitch(wanted.kill_on_close, found.kill_on_close);
    case LimitKind::kGroupAffinity: return !SameGroups(*wanted.group_affinity, found.group_affinity);
    case LimitKind::kEndOfJobTime: return !SameSwitch(wanted.end_of_job_time, found.end_of_job_time);
    case LimitKind::kUi: return !SameSwitch(wanted.ui, found.ui);
    case LimitKind::kCpu: return wanted.cpu != found.cpu;
    case LimitKind::kNetwork: return wanted.network != found.network;
    case LimitKind::kIo: return false;  // best effort: what reads back may be spelled otherwise
  }
  return false;
}

}  // namespace winjob::agent
