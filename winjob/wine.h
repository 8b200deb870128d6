// Whether this is Wine, and what its job objects leave out. Windows only.
#pragma once

#include <cstdint>

#include "winjob/abi.h"

namespace winjob::kernel {

/// Decided once, at the first call.
[[nodiscard]] bool IsWine() noexcept;

/// The limits that Wine acts on.
inline constexpr std::uint32_t kWineLimits =
    abi::kLimitKillOnJobClose | abi::kLimitBreakawayOk | abi::kLimitSilentBreakawayOk;

/// Whether Wine would answer with success and do nothing: it takes every limit flag and acts only on kill-on-close and
/// the two of breakaway (its server/process.c); it takes every UI restriction and acts on none.
[[nodiscard]] bool WineIgnores(abi::InfoClass info_class, const void* in, std::uint32_t size) noexcept;

}  // namespace winjob::kernel
