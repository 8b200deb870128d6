// The rules of the tree that the text of a file shows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace winjob::tree {

/// What a source file breaks, each as "line N: what". `path` is relative to the root, with '/'.
///
/// - Includes of our own start at the root, and point left along winjob <- config <- agent <- exporter.
/// - Headers of one system stand only in *_win32.*, *_linux.* and folders named linux; conditionals on it nowhere.
/// - At most 300 lines, nothing marked as left to do, no `using namespace`.
[[nodiscard]] std::vector<std::string> BrokenRules(std::string_view path, std::string_view text);

}  // namespace winjob::tree
