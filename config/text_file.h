// Files that are read whole, some of them often, and must not surprise.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace winjob::config {

[[nodiscard]] inline std::filesystem::path PathOf(std::string_view utf8) {
  return std::u8string(utf8.begin(), utf8.end());
}

/// Reads a regular file of at most `most` bytes into `text`. False: there is none, it cannot be read, or it is larger.
[[nodiscard]] bool ReadTextFile(const std::filesystem::path& path, std::size_t most, std::string& text);

}  // namespace winjob::config
