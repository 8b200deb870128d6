#include "config/discovery.h"

#include <algorithm>
#include <charconv>

#include "config/glob.h"

namespace winjob::config {
namespace {

constexpr Field<Discovery> kFields[] = {
    {"object", kInto<&Discovery::object, ReadText, Discovery>, true},
    {"name", kInto<&Discovery::name, ReadText, Discovery>, true},
    {"containerd", kInto<&Discovery::containerd, ReadText, Discovery>},
};

constexpr std::string_view kWildcards = "*?";

std::size_t CountWildcards(std::string_view glob) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < glob.size(); ++i) {
    if (kWildcards.find(glob[i]) != kWildcards.npos) ++count;
    if (glob.substr(i, 2) == "**") ++i;
  }
  return count;
}

// Calls text(view) and number(n) for the parts of a template: what is not {n} is text.
template <class Text, class Number>
void ForEachPart(std::string_view name, const Text& text, const Number& number) {
  for (std::size_t at = 0; at < name.size();) {
    std::size_t n = 0;
    const char* const end = name.data() + name.size();
    const auto [next, error] = std::from_chars(name.data() + at + 1, end, n);
    const bool is_number = name[at] == '{' && error == std::errc() && next < end && *next == '}';
    if (is_number)
      number(n);
    else
      text(name.substr(at, 1));
    at = is_number ? static_cast<std::size_t>(next - name.data()) + 1 : at + 1;
  }
}

// What makes a glob match no kernel name, or one at most; empty when nothing does.
std::string_view WrongWith(std::string_view glob) {
  if (CountWildcards(glob) == 0) return "has no wildcard; to watch one object, write it under `jobs`";
  const std::size_t backslash = glob.find('\\');
  if (backslash == glob.npos) return {};
  if (glob.find('\\', backslash + 1) != glob.npos)
    return "matches nothing: a kernel name has a backslash only at the end of Global\\ or Local\\";
  const std::string_view prefix = glob.substr(0, backslash);
  if (prefix.find_first_of(kWildcards) == prefix.npos && prefix != "Global" && prefix != "Local")
    return "matches nothing: kernel names begin with Global\\ or Local\\, spelled so";
  return {};
}

// A name that many objects have would be no name: every wildcard must be in it.
void CheckName(const yaml::Node& node, const Discovery& discovery, const Context& context) {
  const std::size_t wildcards = CountWildcards(discovery.object);
  std::vector<bool> used(wildcards + 1, false);
  std::size_t unknown = 0;
  ForEachPart(
      discovery.name, [](std::string_view) {},
      [&](std::size_t n) {
        if (n <= wildcards)
          used[n] = true;
        else
          unknown = n;
      });
  if (unknown != 0)
    return context.Fail(node, "holds {" + std::to_string(unknown) + "}, but `object` has " + std::to_string(wildcards) +
                                  (wildcards == 1 ? " wildcard" : " wildcards"));
  const auto missing = std::find(used.begin() + 1, used.end(), false);
  if (used[0] || missing == used.end()) return;
  const std::string number = std::to_string(missing - used.begin());
  context.Fail(node, "must hold {0}, or {" + number + "} for what wildcard " + number +
                         " stands for; else two objects would have one name");
}

}  // namespace

std::optional<std::string> NameFor(const Discovery& rule, std::string_view object) {
  std::vector<std::string_view> runs;
  if (!GlobMatches(rule.object, object, Case::kExact, &runs)) return std::nullopt;
  std::string name;
  ForEachPart(
      rule.name, [&](std::string_view text) { name += text; },
      [&](std::size_t n) { name += n == 0             ? object
                                   : n <= runs.size() ? runs[n - 1]
                                                      : std::string_view(); });
  return name;
}

void ReadDiscover(const yaml::Node& node, std::vector<Discovery>& out, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kSequence)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Context at = context.At(i);
    const std::size_t before = context.failures();
    Discovery& discovery = out.emplace_back();
    ReadMap(node.items[i], kFields, discovery, at);
    if (context.failures() != before) continue;
    if (const std::string_view wrong = WrongWith(discovery.object); !wrong.empty())
      at.At("object").Fail(*Find(node.items[i], "object"), std::string(wrong));
    else
      CheckName(*Find(node.items[i], "name"), discovery, at.At("name"));
  }
}

}  // namespace winjob::config
