// The rules that limits obey, and limits in words.
#include "winjob/limits.h"

#include <algorithm>

#include "winjob/error.h"
#include "winjob/limit_table.h"

namespace winjob {
namespace {

using enum LimitKind;

constexpr Bytes kPage(4096);
constexpr std::uint32_t kKnownUi = 0x3FF;

// What must not be, and the limits that take part in it.
struct Rule {
  std::vector<LimitKind> limits;
  bool (*broken)(const Limits& limits);
  std::string_view reason;
};

bool IsPriority(PriorityClass value) {
  constexpr PriorityClass kAll[] = {PriorityClass::kNormal,   PriorityClass::kIdle,        PriorityClass::kHigh,
                                    PriorityClass::kRealtime, PriorityClass::kBelowNormal, PriorityClass::kAboveNormal};
  return std::find(std::begin(kAll), std::end(kAll), value) != std::end(kAll);
}

// Whether two entries have the same key. The lists are short.
template <class List, class Key>
bool Repeats(const List& list, Key key) {
  for (auto one = list.begin(); one != list.end(); ++one)
    for (auto other = one + 1; other != list.end(); ++other)
      if ((*one).*key == (*other).*key) return true;
  return false;
}

bool Limitless(const IoRate& rate) {
  return rate.max_iops == 0 && rate.max_bandwidth == Bytes(0) && rate.reserved_iops == 0;
}

// Sources: those of the structures in abi_limit.h and abi_rate.h.
const std::vector<Rule>& Rules() {
  static const std::vector<Rule> rules = {
      {{kJobMemory}, [](const Limits& l) { return l.job_memory && *l.job_memory < kPage; }, "less than a page"},
      {{kProcessMemory},
       [](const Limits& l) { return l.process_memory && *l.process_memory < kPage; },
       "less than a page"},
      {{kActiveProcesses}, [](const Limits& l) { return l.active_processes == 0U; }, "must be at least 1"},
      {{kJobUserTime},
       [](const Limits& l) { return l.job_user_time && *l.job_user_time <= Ticks(0); },
       "must be more than 0"},
      {{kProcessUserTime},
       [](const Limits& l) { return l.process_user_time && *l.process_user_time <= Ticks(0); },
       "must be more than 0"},
      {{kWorkingSet},
       [](const Limits& l) { return l.working_set && l.working_set->min < kPage; },
       "the minimum is less than a page"},
      {{kWorkingSet},
       [](const Limits& l) { return l.working_set && l.working_set->min > l.working_set->max; },
       "the minimum is above the maximum"},
      {{kAffinity}, [](const Limits& l) { return l.affinity && l.affinity->bits == 0; }, "no processor"},
      {{kSubsetAffinity, kAffinity},
       [](const Limits& l) { return l.subset_affinity == true && !l.affinity; },
       "the first needs the second"},
      {{kAffinity, kGroupAffinity},
       [](const Limits& l) { return l.affinity && l.group_affinity && !l.group_affinity->empty(); },
       "only one of the two"},
      {{kPriorityClass},
       [](const Limits& l) { return l.priority_class && !IsPriority(*l.priority_class); },
       "no such class"},
      {{kGroupAffinity},
       [](const Limits& l) {
         const auto empty = [](const GroupMask& mask) { return mask.bits == 0; };
         return l.group_affinity && std::any_of(l.group_affinity->begin(), l.group_affinity->end(), empty);
       },
       "a group without processors"},
      {{kGroupAffinity},
       [](const Limits& l) { return l.group_affinity && Repeats(*l.group_affinity, &GroupMask::group); },
       "a group is given twice"},
      {{kUi}, [](const Limits& l) { return l.ui && (l.ui->bits & ~kKnownUi) != 0; }, "no such restriction"},
      {{kCpu},
       [](const Limits& l) {
         const auto* range = l.cpu ? std::get_if<CpuRange>(&l.cpu->mode) : nullptr;
         return range != nullptr && range->min > range->max;
       },
       "the minimum is above the maximum"},
      {{kNetwork},
       [](const Limits& l) { return l.network && !l.network->outgoing_per_second && !l.network->dscp; },
       "neither a bandwidth nor a code point"},
      {{kNetwork},
       [](const Limits& l) { return l.network && l.network->outgoing_per_second == Bytes(0); },
       "must be at least 1 byte per second"},
      {{kIo},
       [](const Limits& l) { return l.io && std::any_of(l.io->begin(), l.io->end(), Limitless); },
       "a volume without a limit"},
      {{kIo}, [](const Limits& l) { return l.io && Repeats(*l.io, &IoRate::volume); }, "a volume is given twice"},
  };
  return rules;
}

}  // namespace

LimitError Check(const Limits& limits, const std::vector<LimitKind>& touched) {
  const auto is_touched = [&touched](LimitKind kind) {
    return std::find(touched.begin(), touched.end(), kind) != touched.end();
  };
  for (const Rule& rule : Rules())
    if (rule.broken(limits) && std::any_of(rule.limits.begin(), rule.limits.end(), is_touched))
      return {make_error_code(Win32Error::kInvalidParameter), rule.limits, rule.reason};
  return {};
}

std::string Describe(const LimitError& error) {
  return DescribeError(error, [](LimitKind kind) { return RowOf(kind).name; });
}

std::vector<LimitKind> Kinds(const Limits& limits) {
  std::vector<LimitKind> kinds;
  for (const Limit& limit : kLimits)
    if (limit.holds(limits)) kinds.push_back(limit.kind);
  return kinds;
}

std::vector<LimitKind> AllKinds() {
  std::vector<LimitKind> kinds;
  for (const Limit& limit : kLimits) kinds.push_back(limit.kind);
  return kinds;
}

Limits Merge(Limits base, const Limits& change) {
  for (const Limit& limit : kLimits)
    if (limit.holds(change)) limit.copy(change, base);
  return base;
}

}  // namespace winjob
