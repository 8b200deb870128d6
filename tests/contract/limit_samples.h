// One value for every limit that any machine can hold: no privilege, no second processor.
#pragma once

#include "winjob/limit_table.h"

namespace winjob::contract {

/// All limits that can be in force together: all but group_affinity.
inline Limits AllSamples() {
  return {.job_memory = Bytes(64 << 20),
          .process_memory = Bytes(32 << 20),
          .active_processes = 23,
          .job_user_time = Ticks(19 * Ticks::kPerSecond),
          .process_user_time = Ticks(17 * Ticks::kPerSecond),
          .working_set = WorkingSet{Bytes(1 << 20), Bytes(8 << 20)},
          .affinity = AffinityMask{1},
          .subset_affinity = true,
          .priority_class = PriorityClass::kBelowNormal,
          .scheduling_class = SchedulingClass::From(3),
          .die_on_unhandled_exception = true,
          .breakaway = Breakaway::kOk,
          .kill_on_close = true,
          .end_of_job_time = EndOfJobTime::kPost,
          .ui = UiRestrictions{abi::kUiDesktop},
          .cpu = CpuLimit{CpuCap{*CpuRate::FromPercent(50)}, false},
          .network = NetworkLimit{Bytes(1'000'003), Dscp::From(0x2E)},
          .io = {{IoRate{"", 53, Bytes(0), 0}}}};
}

/// The limit alone, but for subset_affinity, which needs another.
inline Limits Sample(LimitKind kind) {
  Limits limits;
  if (kind == LimitKind::kGroupAffinity) {
    limits.group_affinity = {{GroupMask{0, 1}}};
    return limits;
  }
  RowOf(kind).copy(AllSamples(), limits);
  if (kind == LimitKind::kSubsetAffinity) limits.affinity = AllSamples().affinity;
  return limits;
}

}  // namespace winjob::contract
