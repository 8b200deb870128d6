// What is wrong with a configuration: each error with its place and key, collected so that one run shows them all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "winjob/error.h"

namespace winjob::config {

struct Error {
  int line = 0;      ///< from 1; 0 when the error belongs to no line
  int column = 0;    ///< from 1
  std::string key;   ///< such as jobs[1].start[0].command; empty for the file as a whole
  std::string text;  ///< what is wrong and what would be right
};

using Errors = std::vector<Error>;

/// `file:line:column: key: text`
[[nodiscard]] std::string Describe(std::string_view file, const Error& error);

}  // namespace winjob::config
