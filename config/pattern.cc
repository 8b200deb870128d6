#include "config/pattern.h"

#include <utility>

#include "config/pattern_parser.h"

namespace winjob::config {

// All ways through the expression are followed at once, the preferred first; so each byte is looked at once.
// https://swtch.com/~rsc/regexp/regexp2.html
class Pattern::Matcher {
 public:
  Matcher(const Pattern& pattern, std::string_view text)
      : pattern_(pattern), text_(text), seen_(pattern.steps_.size(), 0) {}

  bool Run(std::vector<const char*>& slots) {
    std::vector<Thread> now, next;
    bool matched = false;
    for (std::size_t at = 0; at <= text_.size(); ++at) {
      ++round_;
      // Those that began earlier come first; a match ends the search for later beginnings.
      std::vector<Thread> ready;
      for (Thread& thread : now) Follow(std::move(thread), at, ready);
      if (!matched) Follow({0, std::vector<const char*>(2 * pattern_.names_.size(), nullptr)}, at, ready);
      next.clear();
      for (Thread& thread : ready) {
        const Step& step = pattern_.steps_[thread.step];
        if (step.op == Op::kMatch) {
          slots = std::move(thread.slots);
          matched = true;
          break;  // less preferred ways are not followed any further
        }
        const bool goes_on =
            at < text_.size() &&
            pattern_.sets_[static_cast<std::size_t>(step.first)][static_cast<unsigned char>(text_[at])];
        if (goes_on) next.push_back({thread.step + 1, std::move(thread.slots)});
      }
      now.swap(next);
      if (matched && now.empty()) break;
    }
    return matched;
  }

 private:
  struct Thread {
    std::size_t step;
    std::vector<const char*> slots;
  };

  [[nodiscard]] bool Word(std::size_t at) const {
    if (at >= text_.size()) return false;
    const char c = text_[at];
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  [[nodiscard]] bool Holds(Op op, std::size_t at) const {
    const bool boundary = Word(at) != (at > 0 && Word(at - 1));
    switch (op) {
      case Op::kBegin: return at == 0;
      case Op::kEnd: return at == text_.size();
      case Op::kBoundary: return boundary;
      default: return !boundary;
    }
  }

  // Goes on until the next byte is needed; what was reached already by a preferred way is left out.
  void Follow(Thread first, std::size_t at, std::vector<Thread>& ready) {
    std::vector<Thread> stack;
    stack.push_back(std::move(first));
    while (!stack.empty()) {
      Thread thread = std::move(stack.back());
      stack.pop_back();
      if (std::exchange(seen_[thread.step], round_) == round_) continue;
      const Step& step = pattern_.steps_[thread.step];
      const auto go = [&](int by, std::vector<const char*> slots) {
        stack.push_back({thread.step + static_cast<std::size_t>(by), std::move(slots)});
      };
      switch (step.op) {
        case Op::kBytes:
        case Op::kMatch: ready.push_back(std::move(thread)); break;
        case Op::kJump: go(step.first, std::move(thread.slots)); break;
        case Op::kSplit:
          go(step.second, thread.slots);
          go(step.first, std::move(thread.slots));
          break;
        case Op::kSave:
          thread.slots[static_cast<std::size_t>(step.first)] = text_.data() + at;
          go(1, std::move(thread.slots));
          break;
        default:
          if (Holds(step.op, at)) go(1, std::move(thread.slots));
      }
    }
  }

  const Pattern& pattern_;
  std::string_view text_;
  std::vector<std::size_t> seen_;  // by step: the round in which it was reached
  std::size_t round_ = 0;
};

Result<Pattern, std::string> Pattern::Compile(std::string_view expression) { return PatternParser(expression).Parse(); }

bool Pattern::Search(std::string_view text, std::vector<Capture>& captures) const {
  std::vector<const char*> slots;
  captures.clear();
  if (!Matcher(*this, text).Run(slots)) return false;
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (slots[2 * i] != nullptr && slots[2 * i + 1] != nullptr)
      captures.push_back(
          {names_[i], std::string_view(slots[2 * i], static_cast<std::size_t>(slots[2 * i + 1] - slots[2 * i]))});
  return true;
}

bool Pattern::Search(std::string_view text) const {
  std::vector<Capture> captures;
  return Search(text, captures);
}

}  // namespace winjob::config
