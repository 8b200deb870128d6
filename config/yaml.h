// YAML text as a tree of plain values that remember where they stood. The one room that knows yaml-cpp is yaml.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/errors.h"

namespace winjob::config::yaml {

enum class Kind { kNull, kScalar, kSequence, kMap };

struct Entry;

/// One node. `line` and `column` count from 1.
struct Node {
  Kind kind = Kind::kNull;
  int line = 0;
  int column = 0;
  std::string text;            ///< of a scalar, unquoted
  std::vector<Node> items;     ///< of a sequence
  std::vector<Entry> entries;  ///< of a map, in file order, duplicates included
};

struct Entry {
  Node key;
  Node value;
};

/// What a kind is called in an error message, with its article.
[[nodiscard]] std::string_view KindName(Kind kind) noexcept;

/// Parses one document. Errors: malformed YAML, more than one document, more nodes than any configuration needs.
[[nodiscard]] Result<Node, Errors> Parse(std::string_view text);

}  // namespace winjob::config::yaml
