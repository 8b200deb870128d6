// The percent-encoding of job names.
#include "winjob/linux/names.h"

#include <unistd.h>

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

std::string AnonymousName(unsigned number) {
  return "anonymous." + std::to_string(::getpid()) + "." + std::to_string(number);
}

}  // namespace winjob::linux_kernel
