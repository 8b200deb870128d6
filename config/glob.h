// Wildcards for file names, paths and kernel names.
#pragma once

#include <string_view>
#include <vector>

namespace winjob::config {

/// Whether upper and lower case ASCII letters are the same, as in file names of Windows.
enum class Case : bool { kExact, kFolded };

/// Whether all of `text` matches `glob`: `*` is any run of characters but / and \, `**` any run, `?` one character but
/// those; / and \ are the same. When it does, `runs` has what each wildcard stands for, in order.
/// Cost: the length of the text times that of the glob, times the number of wildcards at worst.
[[nodiscard]] bool GlobMatches(std::string_view glob, std::string_view text, Case letter_case,
                               std::vector<std::string_view>* runs = nullptr);

}  // namespace winjob::config
