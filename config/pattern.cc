#include "config/pattern.h"

#include <re2/re2.h>

#include <set>

namespace winjob::config {
namespace {

// Far beyond any command line's expression, and reached by nested repetitions of few characters.
constexpr std::int64_t kMostMemory = 1 << 20;

// RE2 learned the spelling (?<name> in 2023 and took only (?P<name> before.
std::string WithPythonNames(std::string_view expression) {
  std::string spelled;
  bool in_class = false;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    spelled += c;
    if (c == '\\' && i + 1 < expression.size()) {
      spelled += expression[++i];
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
      // A ] at the front, after the ^ if there is one, is a member.
      if (i + 1 < expression.size() && expression[i + 1] == '^') spelled += expression[++i];
      if (i + 1 < expression.size() && expression[i + 1] == ']') spelled += expression[++i];
    } else if (expression.substr(i).starts_with("(?<") && !expression.substr(i + 3).starts_with('=') &&
               !expression.substr(i + 3).starts_with('!')) {
      spelled += "?P";
      ++i;
    }
  }
  return spelled;
}

}  // namespace

Result<Pattern, std::string> Pattern::Compile(std::string_view expression) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMostMemory);
  auto compiled = std::make_shared<const re2::RE2>(WithPythonNames(expression), options);
  if (!compiled->ok()) return compiled->error();
  std::set<std::string_view> names;
  for (const auto& [index, name] : compiled->CapturingGroupNames())
    if (!names.insert(name).second) return "two groups have the name " + name;
  return Pattern(std::move(compiled));
}

bool Pattern::Search(std::string_view text, std::vector<Capture>& captures) const {
  captures.clear();
  const re2::StringPiece subject(text.data(), text.size());
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(expression_->NumberOfCapturingGroups()) + 1);
  if (!expression_->Match(subject, 0, subject.size(), re2::RE2::UNANCHORED, groups.data(),
                          static_cast<int>(groups.size())))
    return false;
  for (const auto& [index, name] : expression_->CapturingGroupNames())
    if (const re2::StringPiece& group = groups[static_cast<std::size_t>(index)]; group.data() != nullptr)
      captures.push_back({name, std::string(group.data(), group.size())});
  return true;
}

bool Pattern::Search(std::string_view text) const {
  return expression_->Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

}  // namespace winjob::config
