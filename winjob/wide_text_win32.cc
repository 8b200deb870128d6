#include "winjob/wide_text.h"

#include <windows.h>

#include <limits>

#include "winjob/error.h"
#include "winjob/last_error.h"

namespace winjob::kernel {

std::error_code ToWide(std::string_view text, std::wstring& wide) {
  wide.clear();
  if (text.empty()) return {};
  if (text.find('\0') != text.npos || text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    return Win32Error::kInvalidParameter;

  // No code point takes more UTF-16 units than UTF-8 bytes.
  wide.resize(text.size());
  const int size = static_cast<int>(text.size());
  const int length = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), size, wide.data(), size);
  if (length == 0) return LastError();
  wide.resize(static_cast<std::size_t>(length));
  return {};
}

std::string ToUtf8(std::wstring_view wide) {
  if (wide.empty()) return {};
  const int length = static_cast<int>(wide.size());
  const int size = WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, nullptr, 0, nullptr, nullptr);
  std::string text(static_cast<std::size_t>(size > 0 ? size : 0), '\0');
  WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, text.data(), size, nullptr, nullptr);
  return text;
}

}  // namespace winjob::kernel
