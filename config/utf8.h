// Whether bytes are UTF-8, which label values and names must be, and what to do when they are not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace winjob::config {

/// The offset of the first byte that does not continue valid UTF-8, or npos. Overlong forms and surrogates are invalid.
[[nodiscard]] std::size_t FindInvalidUtf8(std::string_view text) noexcept;

/// Puts U+FFFD in the place of each such byte. Allocates nothing when there is none.
void ReplaceInvalidUtf8(std::string& text);

}  // namespace winjob::config
