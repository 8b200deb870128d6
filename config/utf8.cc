#include "config/utf8.h"

#include <cstdint>

namespace winjob::config {
namespace {

// One row per form of The Unicode Standard, table 3-7: lead byte range, length, range of the second byte.
struct Form {
  std::uint8_t first, last, length, second_first, second_last;
};
constexpr Form kForms[] = {
    {0x00, 0x7F, 1, 0, 0},       {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF}, {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF}, {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

std::size_t ValidLength(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  for (const Form& form : kForms) {
    if (byte(0) < form.first || byte(0) > form.last) continue;
    if (text.size() < form.length) return 0;
    if (form.length > 1 && (byte(1) < form.second_first || byte(1) > form.second_last)) return 0;
    for (std::size_t i = 2; i < form.length; ++i)
      if ((byte(i) & 0xC0) != 0x80) return 0;
    return form.length;
  }
  return 0;
}

}  // namespace

std::size_t FindInvalidUtf8(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = ValidLength(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

void ReplaceInvalidUtf8(std::string& text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  for (std::size_t at; (at = FindInvalidUtf8(text)) != std::string_view::npos;) text.replace(at, 1, kReplacement);
}

}  // namespace winjob::config
