#include "exporter/cli/table.h"

#include <algorithm>
#include <cstdio>

namespace winjob::exporter::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastFirst = 12;

// Characters, not bytes: what continues one in UTF-8 takes no column.
bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::size_t Width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !Continues(c); }));
}

std::string Cut(const std::string& text, std::size_t width) {
  if (Width(text) <= width) return text;
  constexpr std::string_view kMore = "...";
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end)
    if (!Continues(text[end]) && ++seen > width - kMore.size()) break;
  return text.substr(0, end).append(kMore);
}

// At spaces where there are some.
std::vector<std::string> Wrap(std::string text, std::size_t width) {
  std::vector<std::string> lines;
  while (Width(text) > width) {
    const std::size_t space = text.rfind(' ', width);
    std::size_t end = space == std::string::npos || space == 0 ? width : space;
    while (end < text.size() && Continues(text[end])) ++end;
    lines.push_back(text.substr(0, end));
    text.erase(0, end + (end < text.size() && text[end] == ' ' ? 1 : 0));
  }
  lines.push_back(std::move(text));
  return lines;
}

std::string Format(const char* format, double value, const char* unit) {
  char text[64];
  std::snprintf(text, sizeof(text), format, value, unit);
  return text;
}

}  // namespace

std::string Table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  if (widths.empty()) return {};
  std::size_t before_last = 0;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) before_last += widths[i] + kGap;
  const std::size_t total = before_last + widths.back();
  if (total > kTerminalWidth && widths.size() > 1) {
    const std::size_t cut = std::min(total - kTerminalWidth, widths[0] - std::min(widths[0], kLeastFirst));
    widths[0] -= cut;
    before_last -= cut;
  }
  const std::size_t room = kTerminalWidth > before_last + 1 ? kTerminalWidth - before_last : kLeastFirst;

  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      const std::string cell = Cut(row[i], widths[i]);
      line += cell + std::string(widths[i] + kGap - Width(cell), ' ');
    }
    bool first = true;
    for (const std::string& part : Wrap(row.empty() ? "" : row.back(), room)) {
      std::string whole = (first ? line : std::string(before_last, ' ')) + part;
      whole.erase(whole.find_last_not_of(' ') + 1);
      text += whole + "\n";
      first = false;
    }
  }
  return text;
}

std::string Size(std::optional<Bytes> bytes) {
  if (!bytes) return "-";
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  auto value = static_cast<double>(bytes->count());
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < std::size(kUnits); ++unit) value /= 1024;
  return Format(unit == 0 ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
}

std::string Seconds(std::optional<Ticks> time) {
  if (!time) return "-";
  return Format("%.2f %s", time->seconds(), "s");
}

std::string Count(std::optional<std::uint64_t> count) { return count ? std::to_string(*count) : "-"; }

}  // namespace winjob::exporter::cli
