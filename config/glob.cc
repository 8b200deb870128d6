#include "config/glob.h"

#include <cstdint>

namespace winjob::config {
namespace {

bool IsSeparator(char c) { return c == '/' || c == '\\'; }

bool Same(char a, char b, Case letter_case) {
  if (IsSeparator(a) && IsSeparator(b)) return true;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a == b || (letter_case == Case::kFolded && lower(a) == lower(b));
}

// One part of a glob: a wildcard, or a character.
struct Part {
  enum Kind : std::uint8_t { kCharacter, kOne, kRun, kAnyRun } kind;
  char character = 0;
};

std::vector<Part> PartsOf(std::string_view glob) {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < glob.size(); ++i) {
    const bool twice = glob[i] == '*' && i + 1 < glob.size() && glob[i + 1] == '*';
    if (twice)
      parts.push_back({Part::kAnyRun}), ++i;
    else if (glob[i] == '*')
      parts.push_back({Part::kRun});
    else if (glob[i] == '?')
      parts.push_back({Part::kOne});
    else
      parts.push_back({Part::kCharacter, glob[i]});
  }
  return parts;
}

}  // namespace

bool GlobMatches(std::string_view glob, std::string_view text, Case letter_case, std::vector<std::string_view>* runs) {
  const std::vector<Part> parts = PartsOf(glob);
  const std::size_t width = text.size() + 1;
  // can[p * width + t]: parts from p on match the text from t on. Filled from the end.
  std::vector<bool> can((parts.size() + 1) * width, false);
  can[parts.size() * width + text.size()] = true;
  for (std::size_t p = parts.size(); p-- > 0;) {
    for (std::size_t t = width; t-- > 0;) {
      const Part& part = parts[p];
      const bool more = t < text.size();
      bool matches = false;
      switch (part.kind) {
        case Part::kCharacter:
          matches = more && Same(part.character, text[t], letter_case) && can[(p + 1) * width + t + 1];
          break;
        case Part::kOne: matches = more && !IsSeparator(text[t]) && can[(p + 1) * width + t + 1]; break;
        case Part::kRun:
          matches = can[(p + 1) * width + t] || (more && !IsSeparator(text[t]) && can[p * width + t + 1]);
          break;
        case Part::kAnyRun: matches = can[(p + 1) * width + t] || (more && can[p * width + t + 1]); break;
      }
      can[p * width + t] = matches;
    }
  }
  if (!can[0]) return false;
  if (runs == nullptr) return true;

  runs->clear();
  std::size_t t = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const std::size_t begin = t;
    if (parts[p].kind == Part::kCharacter || parts[p].kind == Part::kOne)
      ++t;
    else  // as much as can be
      while (t < text.size() && (parts[p].kind == Part::kAnyRun || !IsSeparator(text[t])) && can[p * width + t + 1])
        ++t;
    if (parts[p].kind != Part::kCharacter) runs->push_back(text.substr(begin, t - begin));
  }
  return true;
}

}  // namespace winjob::config
