// UTF-8 to the UTF-16 that Windows takes, and back. Windows only.
#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace winjob::kernel {

/// Errors: kNoUnicodeTranslation when `text` is not UTF-8; kInvalidParameter for a zero in it, at which Windows would
/// cut the text off.
[[nodiscard]] std::error_code ToWide(std::string_view text, std::wstring& wide);

/// What is no text in UTF-16 becomes U+FFFD.
[[nodiscard]] std::string ToUtf8(std::wstring_view wide);

}  // namespace winjob::kernel
