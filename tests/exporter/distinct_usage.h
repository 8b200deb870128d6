// What a process has used, a different number in each field: one that is copied from its neighbour cannot hide.
#pragma once

#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::exporter {

inline fake::Usage DistinctUsage() {
  fake::Usage usage;
  usage.user_time = Ticks(25'000'000);
  usage.kernel_time = Ticks(5'000'001);
  usage.page_faults = 107;
  usage.read_operations = 109;
  usage.write_operations = 113;
  usage.other_operations = 127;
  usage.read_bytes = Bytes(131);
  usage.write_bytes = Bytes(137);
  usage.other_bytes = Bytes(139);
  return usage;
}

}  // namespace winjob::exporter
