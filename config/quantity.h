// Quantities as people write them: a number and its unit. A number without a unit where one is needed is an error, and
// each error says what would be right.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "winjob/error.h"
#include "winjob/units.h"

namespace winjob::config {

/// A time such as 500ms, 1.5s, 5m or 2h, from 1 ms to 24 days.
[[nodiscard]] Result<std::chrono::milliseconds, std::string> ParseDuration(std::string_view text);

/// Processor time such as 90m or 2h, from 1 ms to 100'000 hours.
[[nodiscard]] Result<Ticks, std::string> ParseCpuTime(std::string_view text);

/// An amount such as 512B, 64KiB, 8GiB (powers of 1024) or 10MB (of 1000), from 1 byte to 16 PiB.
[[nodiscard]] Result<Bytes, std::string> ParseSize(std::string_view text);

/// An amount per second, such as 10MB/s.
[[nodiscard]] Result<Bytes, std::string> ParseByteRate(std::string_view text);

/// A share such as 50% or 0.5%, from 0.01 to 100.
[[nodiscard]] Result<CpuRate, std::string> ParseShare(std::string_view text);

/// A whole number, decimal or 0x..., within the range.
[[nodiscard]] Result<std::uint64_t, std::string> ParseInteger(std::string_view text, std::uint64_t least,
                                                              std::uint64_t most);

/// A number of processors such as 2 or 0.5, from 0.01 to 4096.
[[nodiscard]] Result<double, std::string> ParseCores(std::string_view text);

}  // namespace winjob::config
