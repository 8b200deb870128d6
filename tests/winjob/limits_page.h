// Reads the tables of docs/limits.md.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace winjob {

/// What stands below this heading, up to the next one.
inline std::string Section(std::string_view heading) {
  std::ifstream file("docs/limits.md");
  std::ostringstream text;
  text << file.rdbuf();
  const std::string page = text.str();
  const std::size_t start = page.find("\n" + std::string(heading) + "\n");
  EXPECT_NE(start, std::string::npos) << heading;
  if (start == std::string::npos) return {};
  return page.substr(start, page.find("\n#", start + 1) - start);
}

/// The row of a table that begins with this name; empty when there is none.
inline std::string RowFor(const std::string& section, std::string_view name) {
  const std::size_t start = section.find("\n| `" + std::string(name) + "` |");
  if (start == std::string::npos) return {};
  return section.substr(start + 1, section.find('\n', start + 1) - start - 1);
}

/// The cells of a row. The row has at least as many as are asked for.
inline std::vector<std::string> Cells(const std::string& row, std::size_t count) {
  std::vector<std::string> cells;
  for (std::size_t start = row.find("| "); start != std::string::npos && start + 2 < row.size();) {
    const std::size_t end = row.find(" |", start + 1);
    if (end == std::string::npos) break;
    cells.push_back(end > start + 2 ? row.substr(start + 2, end - start - 2) : "");
    start = end + 1;
  }
  EXPECT_GE(cells.size(), count) << row;
  cells.resize(std::max(cells.size(), count));
  return cells;
}

/// Whether the cell begins with the whole word, and more may follow; an empty one stands in an empty cell.
inline bool Begins(const std::string& cell, std::string_view word) {
  if (word.empty() || !cell.starts_with(word)) return word.empty() && cell.empty();
  return cell.size() == word.size() || std::isalnum(static_cast<unsigned char>(cell[word.size()])) == 0;
}

}  // namespace winjob
