// The percent-encoding of job names.
#include "winjob/linux/names.h"

#include <unistd.h>

#include <charconv>

#include "winjob/error.h"

namespace winjob::linux_kernel {
namespace {

bool IsPlain(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

std::error_code EncodeName(std::string_view name, std::string& encoded) {
  constexpr std::string_view kLocal = "Local\\";
  constexpr std::string_view kGlobal = "Global\\";
  std::string_view prefix = kLocal;
  std::string_view rest = name;
  if (name.starts_with(kLocal)) rest.remove_prefix(kLocal.size());
  if (name.starts_with(kGlobal)) {
    prefix = kGlobal;
    rest.remove_prefix(kGlobal.size());
  }
  if (rest.empty()) return Win32Error::kInvalidName;
  if (rest.find('\\') != std::string_view::npos) return Win32Error::kPathNotFound;

  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  for (const std::string_view part : {prefix, rest}) {
    for (const char c : part) {
      if (IsPlain(c)) {
        text += c;
        continue;
      }
      const auto byte = static_cast<unsigned char>(c);
      text += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  if (text.size() > kMaxEncodedName) return Win32Error::kFilenameTooLong;
  encoded = std::move(text);
  return {};
}

bool DecodeName(std::string_view encoded, std::string& name) {
  std::string text;
  for (std::size_t at = 0; at < encoded.size(); ++at) {
    unsigned byte = 0;
    const char* const digits = encoded.data() + at + 1;
    if (encoded[at] != '%')
      text += encoded[at];
    else if (at + 2 < encoded.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2)
      text += static_cast<char>(byte), at += 2;
    else
      return false;
  }
  std::string again;
  if (EncodeName(text, again) || again != encoded) return false;
  name = std::move(text);
  return true;
}

std::string AnonymousName(unsigned number) {
  return "anonymous." + std::to_string(::getpid()) + "." + std::to_string(number);
}

}  // namespace winjob::linux_kernel
