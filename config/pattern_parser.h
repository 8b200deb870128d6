// From a regular expression's text to the steps of a Pattern.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/pattern.h"

namespace winjob::config {

/// Recursive descent; each rule returns the steps of what it read, whose jumps are relative, so that they can be
/// joined.
class PatternParser {
 public:
  explicit PatternParser(std::string_view text) : text_(text) {}
  [[nodiscard]] Result<Pattern, std::string> Parse();

 private:
  using Op = Pattern::Op;
  using Step = Pattern::Step;
  using Steps = std::vector<Step>;
  using ByteSet = Pattern::ByteSet;

  Steps Alternatives(int depth);
  Steps Sequence(int depth);
  Steps Repeated(int depth);
  Steps Atom(int depth);
  Steps Group(int depth);
  Steps Class();
  Steps Escape();
  [[nodiscard]] std::optional<ByteSet> SetOf(char escape) const;
  [[nodiscard]] char ClassByte();
  Steps Bytes(ByteSet set);
  Steps Character(const ByteSet& first);
  [[nodiscard]] bool Bounds(int& least, int& most);
  [[nodiscard]] Steps Repeat(const Steps& body, int least, int most, bool lazy);
  [[nodiscard]] bool Take(std::string_view word);
  [[nodiscard]] bool AtEnd() const noexcept { return at_ >= text_.size(); }
  void Fail(std::string what);

  std::string_view text_;
  std::size_t at_ = 0;
  bool fold_ = false;  // (?i)
  std::string error_;
  Pattern pattern_;
};

}  // namespace winjob::config
