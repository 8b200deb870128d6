// One value for every limit: no two numbers alike, and none that is a default.
#pragma once

#include <vector>

#include "winjob/limit_table.h"

namespace winjob {

inline constexpr std::uint64_t kPage = 4096;

/// All limits that can be in force together: all but group_affinity.
inline Limits AllSamples() {
  return {.job_memory = Bytes(31 * kPage),
          .process_memory = Bytes(29 * kPage),
          .active_processes = 23,
          .job_user_time = Ticks(19),
          .process_user_time = Ticks(17),
          .working_set = WorkingSet{Bytes(7 * kPage), Bytes(11 * kPage)},
          .affinity = AffinityMask{0x0D},
          .subset_affinity = true,
          .priority_class = PriorityClass::kBelowNormal,
          .scheduling_class = SchedulingClass::From(3),
          .die_on_unhandled_exception = true,
          .breakaway = Breakaway::kOk,
          .kill_on_close = true,
          .end_of_job_time = EndOfJobTime::kPost,
          .ui = UiRestrictions{abi::kUiDesktop | abi::kUiIme},
          .cpu = CpuLimit{CpuRange{*CpuRate::FromHundredths(500), *CpuRate::FromHundredths(1000)}, true},
          .network = NetworkLimit{Bytes(1'000'003), Dscp::From(0x2E)},
          .io = {{IoRate{"C:", 41, Bytes(43), 47}, IoRate{"", 53, Bytes(0), 0}}}};
}

/// The limit alone, but for subset_affinity, which needs another.
inline Limits Sample(LimitKind kind) {
  Limits limits;
  if (kind == LimitKind::kGroupAffinity) {
    limits.group_affinity = {{GroupMask{1, 0x06}}};
    return limits;
  }
  RowOf(kind).copy(AllSamples(), limits);
  if (kind == LimitKind::kSubsetAffinity) limits.affinity = AllSamples().affinity;
  return limits;
}

}  // namespace winjob
