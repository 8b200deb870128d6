// Regular expressions for command lines, which any user of the machine writes: matching takes time in proportion to the
// text, whatever the expression. RE2 is what promises that; no other file knows it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "winjob/error.h"

namespace re2 {
class RE2;
}

namespace winjob::config {

/// What a named group matched.
struct Capture {
  std::string name;
  std::string text;
};

/// A compiled expression in RE2's syntax, which is the usual one without back references and looking around. A named
/// group may be written (?<name>...) as well as (?P<name>...). Text is UTF-8; `.` is one character.
/// Source: https://github.com/google/re2/wiki/Syntax
class Pattern {
 public:
  /// Errors: what is wrong with the expression.
  [[nodiscard]] static Result<Pattern, std::string> Compile(std::string_view expression);

  /// Whether it matches anywhere in `text`; `captures` then has the named groups that took part, in the order of the
  /// expression. Threads: any.
  [[nodiscard]] bool Search(std::string_view text, std::vector<Capture>& captures) const;
  [[nodiscard]] bool Search(std::string_view text) const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> expression) noexcept : expression_(std::move(expression)) {}

  std::shared_ptr<const re2::RE2> expression_;
};

}  // namespace winjob::config
