// Whether bytes are UTF-8, which label values and names must be.
#pragma once

#include <cstddef>
#include <string_view>

namespace winjob::config {

/// The offset of the first byte that does not continue valid UTF-8, or npos. Overlong forms and surrogates are invalid.
[[nodiscard]] std::size_t FindInvalidUtf8(std::string_view text) noexcept;

}  // namespace winjob::config
