// Information classes: which there are, how long each is, and what of it this kernel accepts.
#pragma once

#include <cstdint>
#include <span>
#include <system_error>

#include "winjob/kernel.h"
#include "winjob/linux/job.h"

namespace winjob::linux_kernel {

/// Reads one class. Errors: kBadLength, kInvalidParameter for a class that is not known or not readable, kMoreData.
[[nodiscard]] std::error_code ReadClass(Job& job, abi::InfoClass info_class, void* out, std::uint32_t size) noexcept;

/// Reads several, and what they have in common once.
void ReadClasses(Job& job, std::span<kernel::ClassQuery> queries) noexcept;

/// Replaces one class. Errors: kBadLength, kInvalidParameter, kNotSupported for a limit that cannot be held.
[[nodiscard]] std::error_code WriteClass(Job& job, abi::InfoClass info_class, const void* in,
                                         std::uint32_t size) noexcept;

}  // namespace winjob::linux_kernel
