// How often queries of a job failed, by class and error.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <system_error>

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
};

/// The errors that are told apart; the values of the label `code`. The last stands for all others.
inline constexpr std::string_view kQueryErrorCodes[] = {"access_denied",     "invalid_handle", "file_not_found",
                                                        "invalid_parameter", "not_supported",  "bad_length",
                                                        "not_enough_memory", "other"};
inline constexpr std::size_t kClassCount = std::size(kQueriedClasses);
inline constexpr std::size_t kCodeCount = std::size(kQueryErrorCodes);

struct QueryErrors {
  std::array<std::array<std::uint64_t, kCodeCount>, kClassCount> counts{};

  /// Counts one.
  void Add(abi::InfoClass info_class, const std::error_code& error) noexcept;
  [[nodiscard]] std::uint64_t total() const noexcept;
};

}  // namespace winjob::agent
