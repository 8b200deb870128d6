#include "config/pattern_parser.h"

#include <algorithm>

namespace winjob::config {
namespace {

constexpr int kDeepest = 50;
constexpr int kMostRepeats = 1000;
constexpr std::size_t kMostSteps = 10'000;
constexpr int kUnbounded = -1;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }
std::size_t Index(char c) { return static_cast<unsigned char>(c); }

template <class Predicate>
std::bitset<256> BytesThat(Predicate predicate) {
  std::bitset<256> set;
  for (std::size_t i = 0; i < 256; ++i) set[i] = predicate(static_cast<char>(i));
  return set;
}

template <class Step>
void Append(std::vector<Step>& steps, const std::vector<Step>& more) {
  steps.insert(steps.end(), more.begin(), more.end());
}

}  // namespace

Result<Pattern, std::string> PatternParser::Parse() {
  fold_ = Take("(?i)");
  Steps steps = Alternatives(0);
  if (!AtEnd() && error_.empty()) Fail("a ) without its (");
  if (error_.empty() && steps.size() > kMostSteps) Fail("too many repetitions");
  if (!error_.empty()) return error_;
  steps.push_back({Op::kMatch});
  pattern_.steps_ = std::move(steps);
  return std::move(pattern_);
}

PatternParser::Steps PatternParser::Alternatives(int depth) {
  if (depth > kDeepest) {
    Fail("groups are nested too deeply");
    return {};
  }
  std::vector<Steps> branches = {Sequence(depth)};
  while (error_.empty() && Take("|")) branches.push_back(Sequence(depth));
  Steps right = std::move(branches.back());
  for (std::size_t i = branches.size() - 1; i-- > 0;) {
    const Steps& left = branches[i];
    Steps both = {{Op::kSplit, 1, static_cast<int>(left.size()) + 2}};
    Append(both, left);
    both.push_back({Op::kJump, static_cast<int>(right.size()) + 1});
    Append(both, right);
    right = std::move(both);
  }
  return right;
}

PatternParser::Steps PatternParser::Sequence(int depth) {
  Steps steps;
  while (!AtEnd() && text_[at_] != '|' && text_[at_] != ')' && error_.empty()) {
    Append(steps, Repeated(depth));
    if (steps.size() > kMostSteps) Fail("too many repetitions");
  }
  return steps;
}

PatternParser::Steps PatternParser::Repeated(int depth) {
  const Steps body = Atom(depth);
  int least = 0, most = 0;
  if (!error_.empty() || !Bounds(least, most)) return body;
  const bool lazy = Take("?");
  if (body.size() * static_cast<std::size_t>(std::max(least, most) + 1) > kMostSteps) Fail("too many repetitions");
  if (!AtEnd() && (text_[at_] == '*' || text_[at_] == '+')) Fail("a repetition of a repetition");
  return error_.empty() ? Repeat(body, least, most, lazy) : body;
}

// Reads *, +, ?, {m}, {m,} or {m,n}; false when none is there.
bool PatternParser::Bounds(int& least, int& most) {
  const struct {
    std::string_view sign;
    int least, most;
  } kSigns[] = {{"*", 0, kUnbounded}, {"+", 1, kUnbounded}, {"?", 0, 1}};
  for (const auto& sign : kSigns) {
    if (!Take(sign.sign)) continue;
    least = sign.least, most = sign.most;
    return true;
  }
  if (!Take("{")) return false;
  const auto number = [this](int& value) {
    if (AtEnd() || !IsDigit(text_[at_])) return false;
    for (value = 0; !AtEnd() && IsDigit(text_[at_]); ++at_) value = std::min(value * 10 + (text_[at_] - '0'), 100'000);
    return true;
  };
  bool good = number(least);
  most = least;
  if (good && Take(",")) {
    most = kUnbounded;
    (void)number(most);
  }
  if (!good || !Take("}"))
    Fail("a { that begins no repetition such as {2} or {1,3}; write \\{ for the sign itself");
  else if (least > kMostRepeats || most > kMostRepeats || (most != kUnbounded && most < least))
    Fail("a repetition out of range");
  return error_.empty();
}

PatternParser::Steps PatternParser::Repeat(const Steps& body, int least, int most, bool lazy) {
  const int size = static_cast<int>(body.size());
  const auto split = [lazy](int into, int past) {
    return lazy ? Step{Op::kSplit, past, into} : Step{Op::kSplit, into, past};
  };
  Steps steps;
  for (int i = 0; i < least; ++i) Append(steps, body);
  if (most == kUnbounded) {
    steps.push_back(split(1, size + 2));
    Append(steps, body);
    steps.push_back({Op::kJump, -(size + 1)});
  }
  for (int i = least; i < most; ++i) {
    steps.push_back(split(1, (most - i) * (size + 1)));
    Append(steps, body);
  }
  return steps;
}

PatternParser::Steps PatternParser::Atom(int depth) {
  const char c = text_[at_++];
  switch (c) {
    case '(': return Group(depth);
    case '[': return Class();
    case '\\': return Escape();
    case '.': return Character(BytesThat([](char b) { return b != '\n' && !IsContinuation(b); }));
    case '^': return {{Op::kBegin}};
    case '$': return {{Op::kEnd}};
    case '*':
    case '+':
    case '?': Fail("a repetition of nothing"); return {};
    default: return Bytes(BytesThat([c](char b) { return b == c; }));
  }
}

PatternParser::Steps PatternParser::Group(int depth) {
  bool named = false;
  if (Take("?<")) {
    std::string name;
    while (!AtEnd() && (IsLetter(text_[at_]) || IsDigit(text_[at_]) || text_[at_] == '_')) name += text_[at_++];
    if (!Take(">") || name.empty() || IsDigit(name[0])) Fail("a group's name must be letters, digits and _, then >");
    if (std::find(pattern_.names_.begin(), pattern_.names_.end(), name) != pattern_.names_.end())
      Fail("two groups have the name " + name);
    pattern_.names_.push_back(std::move(name));
    named = true;
  } else if (!Take("?:") && Take("?")) {
    Fail("looking around is not supported, nor are other groups than (...), (?:...) and (?<name>...)");
  }
  const int slot = 2 * (static_cast<int>(pattern_.names_.size()) - 1);
  const Steps body = Alternatives(depth + 1);
  if (error_.empty() && !Take(")")) Fail("a ( without its )");
  if (!named) return body;
  Steps steps = {{Op::kSave, slot}};
  Append(steps, body);
  steps.push_back({Op::kSave, slot + 1});
  return steps;
}

std::optional<PatternParser::ByteSet> PatternParser::SetOf(char escape) const {
  const auto digit = [](char b) { return IsDigit(b); };
  const auto word = [](char b) { return IsLetter(b) || IsDigit(b) || b == '_'; };
  const auto space = [](char b) { return b == ' ' || (b >= '\t' && b <= '\r'); };
  const auto not_continuation = BytesThat([](char b) { return !IsContinuation(b); });
  switch (escape) {
    case 'd': return BytesThat(digit);
    case 'w': return BytesThat(word);
    case 's': return BytesThat(space);
    case 'D': return ~BytesThat(digit) & not_continuation;
    case 'W': return ~BytesThat(word) & not_continuation;
    case 'S': return ~BytesThat(space) & not_continuation;
    default: return std::nullopt;
  }
}

PatternParser::Steps PatternParser::Escape() {
  if (AtEnd()) {
    Fail("a \\ at the end");
    return {};
  }
  const char c = text_[at_++];
  if (const std::optional<ByteSet> set = SetOf(c)) return Character(*set);
  if (c == 'b') return {{Op::kBoundary}};
  if (c == 'B') return {{Op::kNotBoundary}};
  if (c == 't') return Bytes(BytesThat([](char b) { return b == '\t'; }));
  if (IsLetter(c) || IsDigit(c)) {
    Fail(std::string("\\") + c + " is not supported");
    return {};
  }
  return Bytes(BytesThat([c](char b) { return b == c; }));
}

char PatternParser::ClassByte() {
  const char c = text_[at_++];
  if (IsContinuation(c) || Index(c) >= 0x80) Fail("a class holds ASCII characters only");
  return c;
}

PatternParser::Steps PatternParser::Class() {
  const bool negated = Take("^");
  ByteSet set;
  for (bool first = true; error_.empty(); first = false) {
    if (AtEnd()) {
      Fail("a [ without its ]");
      break;
    }
    if (!first && Take("]")) break;
    if (Take("\\") && !AtEnd()) {
      if (const std::optional<ByteSet> escaped = SetOf(text_[at_])) {
        ++at_;
        set |= *escaped;
        continue;
      }
      if (IsLetter(text_[at_])) Fail(std::string("\\") + text_[at_] + " is not supported in a class");
    }
    if (AtEnd()) continue;
    const char low = ClassByte();
    char high = low;
    if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
      ++at_;
      (void)Take("\\");
      if (AtEnd()) continue;
      high = ClassByte();
      if (Index(high) < Index(low)) Fail("a range that runs backwards");
    }
    set |= BytesThat([low, high](char b) { return Index(b) >= Index(low) && Index(b) <= Index(high); });
  }
  if (!negated) return Bytes(set);
  if (fold_)
    for (char c = 'a'; c <= 'z'; ++c) set[Index(c)] = set[Index(c) - 32] = set[Index(c)] || set[Index(c) - 32];
  return Character(~set & BytesThat([](char b) { return !IsContinuation(b); }));
}

// One byte of the set.
PatternParser::Steps PatternParser::Bytes(ByteSet set) {
  if (fold_)
    for (char c = 'a'; c <= 'z'; ++c) set[Index(c)] = set[Index(c) - 32] = set[Index(c)] || set[Index(c) - 32];
  pattern_.sets_.push_back(set);
  return {{Op::kBytes, static_cast<int>(pattern_.sets_.size()) - 1}};
}

// One character that begins with a byte of the set.
PatternParser::Steps PatternParser::Character(const ByteSet& first) {
  pattern_.sets_.push_back(first);
  Steps steps = {{Op::kBytes, static_cast<int>(pattern_.sets_.size()) - 1}};
  pattern_.sets_.push_back(BytesThat([](char b) { return IsContinuation(b); }));
  Append(steps, Repeat({{Op::kBytes, static_cast<int>(pattern_.sets_.size()) - 1}}, 0, kUnbounded, false));
  return steps;
}

bool PatternParser::Take(std::string_view word) {
  if (!text_.substr(std::min(at_, text_.size())).starts_with(word)) return false;
  at_ += word.size();
  return true;
}

void PatternParser::Fail(std::string what) {
  if (error_.empty()) error_ = "at character " + std::to_string(at_) + ": " + what;
}

}  // namespace winjob::config
