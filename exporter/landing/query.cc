#include "exporter/landing/query.h"

#include <algorithm>
#include <charconv>

namespace winjob::exporter::landing {
namespace {

std::string Decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
      decoded += static_cast<char>(byte);
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

}  // namespace

std::string QueryText(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    if (pair.substr(0, pair.find('=')) == name)
      return pair.size() > name.size() ? Decode(pair.substr(name.size() + 1)) : std::string();
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

std::size_t QueryNumber(std::string_view query, std::string_view name, std::size_t otherwise, std::size_t most) {
  const std::string text = QueryText(query, name);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number <= most ? number : otherwise;
}

}  // namespace winjob::exporter::landing
