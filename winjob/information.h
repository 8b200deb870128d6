// Typed access to information classes: class and size come from the structure, so they cannot disagree.
#pragma once

#include <concepts>
#include <type_traits>

#include "winjob/error.h"
#include "winjob/kernel.h"

namespace winjob {

template <class Info>
concept JobInformation =
    std::is_trivially_copyable_v<Info> && std::same_as<decltype(Info::kClass), const abi::InfoClass>;

/// Reads the class of `Info`. On failure `out` may be partly written.
template <JobInformation Info>
[[nodiscard]] std::error_code Query(kernel::RawHandle job, Info& out) noexcept {
  return kernel::QueryInformation(job, Info::kClass, &out, sizeof(Info));
}

/// The query of that class, for kernel::QueryInformation of several.
template <JobInformation Info>
[[nodiscard]] kernel::ClassQuery QueryOf(Info& out) noexcept {
  return {Info::kClass, &out, sizeof(Info)};
}

/// Replaces the class of `Info`. A set replaces all that the class holds: query, modify, then set.
template <JobInformation Info>
[[nodiscard]] std::error_code Set(kernel::RawHandle job, const Info& in) noexcept {
  return kernel::SetInformation(job, Info::kClass, &in, sizeof(Info));
}

/// Whether a query of the right size was refused because the kernel does not have the class: Windows answers with
/// kInvalidParameter, Wine with kInvalidFunction, and kNotSupported is for what is known and not possible.
[[nodiscard]] inline bool IsUnknownClass(const std::error_code& error) noexcept {
  return error == Win32Error::kInvalidParameter || error == Win32Error::kInvalidFunction ||
         error == Win32Error::kNotSupported || error == Win32Error::kCallNotImplemented;
}

}  // namespace winjob
