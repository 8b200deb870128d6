// The rules of the house that a machine can check, one file at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace winjob::house {

/// What is wrong with a file of our own, "line: text" each. `path` is relative to the root, with forward slashes.
[[nodiscard]] std::vector<std::string> Faults(std::string_view path, std::string_view text);

}  // namespace winjob::house
