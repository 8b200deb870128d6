// Limits to and from the kernel's structures.
#pragma once

#include <optional>

#include "winjob/abi.h"
#include "winjob/limits.h"

namespace winjob {

/// Writes the members of `change` that class 9 holds, and leaves all else in `info` as it is.
void Encode(const Limits& change, abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& info) noexcept;

/// Reads what class 9 holds.
[[nodiscard]] Limits Decode(const abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& info);

[[nodiscard]] abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION Encode(const CpuLimit& limit) noexcept;

/// Empty when the rate is off, and for a value that the documentation does not have.
[[nodiscard]] std::optional<CpuLimit> Decode(const abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION& info) noexcept;

[[nodiscard]] abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION Encode(const NetworkLimit& limit) noexcept;

/// Empty when the rate is off.
[[nodiscard]] std::optional<NetworkLimit> Decode(const abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION& info) noexcept;

}  // namespace winjob
