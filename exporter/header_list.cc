#include "exporter/header_list.h"

#include <algorithm>

namespace winjob::exporter {
namespace {

std::string_view Trim(std::string_view text) noexcept {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view Unquote(std::string_view text) noexcept {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

char Lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<std::string_view> NextPart(std::string_view& list, char separator) noexcept {
  if (list.empty()) return std::nullopt;
  bool quoted = false;
  std::size_t end = 0;
  for (; end < list.size() && (quoted || list[end] != separator); ++end) {
    if (list[end] == '"') quoted = !quoted;
    if (list[end] == '\\' && quoted && end + 1 < list.size()) ++end;
  }
  const std::string_view part = Trim(list.substr(0, end));
  list.remove_prefix(std::min(end + 1, list.size()));
  return part;
}

HeaderItem::HeaderItem(std::string_view text) noexcept : parameters_(text) {
  value_ = NextPart(parameters_, ';').value_or(std::string_view());
}

std::string_view HeaderItem::Parameter(std::string_view name) const noexcept {
  std::string_view rest = parameters_;
  while (const auto part = NextPart(rest, ';')) {
    const std::size_t equals = part->find('=');
    if (equals != part->npos && SameWord(Trim(part->substr(0, equals)), name))
      return Unquote(Trim(part->substr(equals + 1)));
  }
  return {};
}

int HeaderItem::Weight() const noexcept {
  constexpr int kWhole = 1000;
  const std::string_view text = Parameter("q");
  if (text.empty()) return kWhole;
  // "0" or "1", then perhaps a point and up to three digits.
  if (text.size() > 5 || (text[0] != '0' && text[0] != '1') || (text.size() > 1 && text[1] != '.')) return 0;
  int weight = (text[0] - '0') * kWhole;
  int digit = kWhole / 10;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return 0;
    weight += (c - '0') * digit;
    digit /= 10;
  }
  return std::min(weight, kWhole);
}

bool SameWord(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return Lower(x) == Lower(y); });
}

}  // namespace winjob::exporter
