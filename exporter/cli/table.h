// Tables of text that fit a terminal of 80 columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "winjob/units.h"

namespace winjob::exporter::cli {

inline constexpr std::size_t kTerminalWidth = 80;

/// Rows of cells as aligned columns; the first row is the heading. The first column is cut with "..." where the whole
/// would be wider than the terminal, and the last one then continues on lines of its own.
[[nodiscard]] std::string Table(const std::vector<std::vector<std::string>>& rows);

/// "12.3 MiB"; "-" for what is not known.
[[nodiscard]] std::string Size(std::optional<Bytes> bytes);

/// "12.34 s"; "-" for what is not known.
[[nodiscard]] std::string Seconds(std::optional<Ticks> time);

[[nodiscard]] std::string Count(std::optional<std::uint64_t> count);

}  // namespace winjob::exporter::cli
