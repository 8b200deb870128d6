// The rate of a job's disk traffic. Deprecated by Windows since version 1607: best effort.
#pragma once

#include <cstdint>
#include <string>

#include "winjob/units.h"

namespace winjob {

/// A limit on one volume; 0 means none.
/// Source: https://learn.microsoft.com/windows/win32/api/jobapi2/ns-jobapi2-jobobject_io_rate_control_information
struct IoRate {
  std::string volume;               ///< a drive such as "C:" or an NT device name; empty: each volume by itself
  std::uint64_t max_iops = 0;       ///< operations per second
  Bytes max_bandwidth{};            ///< per second
  std::uint64_t reserved_iops = 0;  ///< kept free for the job
  friend bool operator==(const IoRate&, const IoRate&) = default;
};

}  // namespace winjob
