// Files that are read often and must not surprise.
#pragma once

#include <filesystem>
#include <string>

namespace winjob::exporter::web {

inline constexpr std::size_t kMaxSmallFile = 1U << 20;

/// Reads a regular file of at most 1 MiB into `text`. False: there is none, or it cannot be read.
[[nodiscard]] bool ReadSmallFile(const std::filesystem::path& path, std::string& text);

}  // namespace winjob::exporter::web
