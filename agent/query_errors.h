// How often queries of a job failed, by class. Which error it was is in the log.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "winjob/abi.h"

namespace winjob::agent {

/// The classes that a poll reads; the values of the label `class`.
struct QueriedClass {
  abi::InfoClass number;
  std::string_view name;
};
inline constexpr QueriedClass kQueriedClasses[] = {
    {abi::InfoClass::kBasicAndIoAccounting, "accounting"}, {abi::InfoClass::kExtendedLimit, "extended_limit"},
    {abi::InfoClass::kMemoryUsage, "memory_usage"},        {abi::InfoClass::kCpuRateControl, "cpu_rate"},
    {abi::InfoClass::kNetRateControl, "net_rate"},         {abi::InfoClass::kBasicUiRestrictions, "ui_restrictions"},
    {abi::InfoClass::kEndOfJobTime, "end_of_job_time"},    {abi::InfoClass::kGroupEx, "group_affinity"},
    {abi::InfoClass::kBasicProcessIdList, "process_list"},
};

inline constexpr std::size_t kClassCount = std::size(kQueriedClasses);

struct QueryErrors {
  std::array<std::uint64_t, kClassCount> counts{};

  /// Counts one. A class that is none of them counts as the first.
  void Add(abi::InfoClass info_class) noexcept;
  [[nodiscard]] std::uint64_t total() const noexcept;
};

}  // namespace winjob::agent
