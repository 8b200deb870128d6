#include "winjob/job_name.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "winjob/error.h"

namespace winjob {
namespace {

struct Rule {
  NameRule rule;
  Win32Error number;
  std::string_view text;
};

constexpr Rule kRules[] = {
    {NameRule::kEmpty, Win32Error::kInvalidName, "a job's name must not be empty"},
    {NameRule::kZero, Win32Error::kInvalidParameter, "a job's name must not contain a zero character"},
    {NameRule::kNotUtf8, Win32Error::kNoUnicodeTranslation, "a job's name must be valid UTF-8"},
    {NameRule::kTooLong, Win32Error::kFilenameTooLong,
     "a job's name may have 260 characters (units of UTF-16) at most"},
    {NameRule::kPrefixCase, Win32Error::kPathNotFound,
     "the prefix of a job's name must be spelled Global\\ or Local\\"},
    {NameRule::kSessionPrefix, Win32Error::kInvalidName,
     "the prefix Session\\ of a job's name is kept for the system: use Global\\ or Local\\"},
    {NameRule::kBackslash, Win32Error::kPathNotFound,
     "a job's name may have a backslash only at the end of the prefix Global\\ or Local\\"},
};

const Rule& RowOf(int number) noexcept {
  return *std::find_if(std::begin(kRules), std::end(kRules) - 1,
                       [number](const Rule& row) { return static_cast<int>(row.rule) == number; });
}

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "job name"; }
  std::string message(int number) const override {
    const Rule& row = RowOf(number);
    return std::string(row.text) + " (" + std::to_string(static_cast<unsigned>(row.number)) + ")";
  }
  std::error_condition default_error_condition(int number) const noexcept override {
    return {static_cast<int>(RowOf(number).number), Win32Category()};
  }
};

// How many units of UTF-16 the text takes; empty when it is not UTF-8.
std::optional<std::size_t> Utf16Units(std::string_view text) noexcept {
  struct Form {
    unsigned lead, mask, most;  // the first byte without its payload, and the largest code point of a shorter form
  };
  constexpr std::array<Form, 4> kForms = {
      {{0x00, 0x80, 0}, {0xC0, 0xE0, 0x7F}, {0xE0, 0xF0, 0x7FF}, {0xF0, 0xF8, 0xFFFF}}};

  std::size_t units = 0;
  for (std::size_t at = 0; at < text.size(); ++units) {
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    std::size_t more = 0;
    while (more < kForms.size() && (byte(at) & kForms[more].mask) != kForms[more].lead) ++more;
    if (more == kForms.size() || more >= text.size() - at) return std::nullopt;
    unsigned point = byte(at) & ~kForms[more].mask;
    for (std::size_t i = 1; i <= more; ++i) {
      if ((byte(at + i) & 0xC0U) != 0x80) return std::nullopt;
      point = point << 6 | (byte(at + i) & 0x3FU);
    }
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (surrogate || point > 0x10FFFF || (more > 0 && point <= kForms[more].most)) return std::nullopt;
    if (more == 3) ++units;
    at += more + 1;
  }
  return units;
}

bool EqualsWithoutCase(std::string_view text, std::string_view lower) noexcept {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; });
}

}  // namespace

std::error_code make_error_code(NameRule rule) noexcept {
  static const Category category;
  return {static_cast<int>(rule), category};
}

std::error_code CheckName(std::string_view name) noexcept {
  if (name.find('\0') != name.npos) return NameRule::kZero;
  const std::optional<std::size_t> units = Utf16Units(name);
  if (!units) return NameRule::kNotUtf8;
  if (*units > kLongestJobName) return NameRule::kTooLong;

  const std::size_t end = name.find('\\');
  const std::string_view prefix = name.substr(0, end == name.npos ? 0 : end);
  if (EqualsWithoutCase(prefix, "session")) return NameRule::kSessionPrefix;
  const bool known = prefix == "Global" || prefix == "Local";
  if (!known && (EqualsWithoutCase(prefix, "global") || EqualsWithoutCase(prefix, "local")))
    return NameRule::kPrefixCase;
  const std::string_view rest = known ? name.substr(end + 1) : name;
  if (rest.find('\\') != rest.npos) return NameRule::kBackslash;
  return rest.empty() ? std::error_code(NameRule::kEmpty) : std::error_code();
}

}  // namespace winjob
