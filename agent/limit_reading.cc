#include "agent/limit_reading.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "winjob/information.h"
#include "winjob/limit_codec.h"
#include "winjob/limit_table.h"

namespace winjob::agent {
namespace {

constexpr std::size_t kMostGroups = 64;

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

// What one reading asks for at once, and the answers: zeros where there is none.
struct LimitReader::Classes {
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION extended{};
  abi::JOBOBJECT_MEMORY_USAGE_INFORMATION memory{};
  abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION cpu{};
  abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION network{};
  abi::JOBOBJECT_BASIC_UI_RESTRICTIONS ui{};
  abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION end{};
  std::uint32_t counters = 0;  // of memory, what is known
};

bool LimitReader::IsLacking(abi::InfoClass info_class) const noexcept {
  return std::find(lacking_.begin(), lacking_.end(), info_class) != lacking_.end();
}

// Asks for what this kernel may have and somebody wants to know. The first error is the answer.
std::error_code LimitReader::Ask(const Job& job, const Limits& wanted, Classes& classes) noexcept {
  classes.counters = job.support().counters & kernel::kMemoryCounters;
  std::array<kernel::ClassQuery, kClasses> room{QueryOf(classes.extended)};
  std::size_t count = 1;
  const auto add = [&](bool ask, auto& info) {
    const kernel::ClassQuery query = QueryOf(info);
    if (ask && !IsLacking(query.info_class)) room[count++] = query;
  };
  add((classes.counters & kernel::kMemory) != 0, classes.memory);
  add(true, classes.cpu);
  add(true, classes.network);
  add(wanted.ui.has_value(), classes.ui);
  add(wanted.end_of_job_time.has_value(), classes.end);
  const std::span queries(room.data(), count);
  job.QueryClasses(queries);

  std::error_code error;
  for (const kernel::ClassQuery& query : queries) {
    if (!query.error) continue;
    std::memset(query.out, 0, query.size);
    if (query.info_class == abi::InfoClass::kExtendedLimit)
      classes.counters &= kernel::kMemory;
    else if (query.info_class == abi::InfoClass::kMemoryUsage)
      classes.counters &= ~kernel::kMemory;
    else if (IsUnknownClass(query.error)) {
      *std::find(lacking_.begin(), lacking_.end(), abi::InfoClass{}) = query.info_class;
      continue;
    }
    if (!error) failed_ = query.info_class;
    if (!error) error = query.error;
  }
  return error;
}

std::error_code LimitReader::Read(const Job& job, const Limits& wanted, LimitReading& out) noexcept {
  std::optional<std::vector<GroupMask>> groups = std::move(out.limits.group_affinity);
  Classes classes;
  const std::error_code error = Ask(job, wanted, classes);
  out.limits = Decode(classes.extended);
  out.memory = Decode(classes.memory, classes.extended, classes.counters);
  out.limits.cpu = Decode(classes.cpu);
  out.limits.network = Decode(classes.network);
  if (classes.ui.UIRestrictionsClass != 0) out.limits.ui = UiRestrictions{classes.ui.UIRestrictionsClass};
  if (classes.end.EndOfJobTimeAction == abi::kPostAtEndOfJob) out.limits.end_of_job_time = EndOfJobTime::kPost;
  if (error || !wanted.group_affinity) return error;
  if (const std::error_code groups_error = ReadGroups(job, groups)) return groups_error;
  out.limits.group_affinity = std::move(groups);
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
