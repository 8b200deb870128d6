// Regular expressions for command lines, which any user of the machine writes: matching takes time in proportion to the
// text, whatever the expression, and a constant amount of stack. The usual syntax, without back references and looking
// around, which do not allow that.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "winjob/error.h"

namespace winjob::config {

/// What a named group matched.
struct Capture {
  std::string_view name;
  std::string_view text;
};

/// A compiled expression: literals, `.`, [classes], \d \w \s \b, ^ $, (groups), (?:...), (?<name>...), |, * + ? {m,n}
/// and their lazy forms, and (?i) at the beginning for matching without regard to the case of ASCII letters. Text is
/// UTF-8; `.` is one character.
class Pattern {
 public:
  /// Errors: what is wrong, and where.
  [[nodiscard]] static Result<Pattern, std::string> Compile(std::string_view expression);

  /// Whether it matches anywhere in `text`; `captures` then has the named groups that took part, by the rules of Perl.
  /// Cost: the length of the text times that of the expression.
  [[nodiscard]] bool Search(std::string_view text, std::vector<Capture>& captures) const;
  [[nodiscard]] bool Search(std::string_view text) const;

 private:
  friend class PatternParser;
  enum class Op : std::uint8_t { kBytes, kSplit, kJump, kSave, kBegin, kEnd, kBoundary, kNotBoundary, kMatch };
  struct Step {
    Op op = Op::kMatch;
    int first = 0;   // kSplit, kJump: how far to go on, relative; kSave: the slot; kBytes: the set
    int second = 0;  // kSplit: the less preferred way
  };
  using ByteSet = std::bitset<256>;
  class Matcher;

  std::vector<Step> steps_;
  std::vector<ByteSet> sets_;
  std::vector<std::string> names_;  // of group n, which has the slots 2n and 2n + 1
};

}  // namespace winjob::config
