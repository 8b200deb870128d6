#include "config/fields.h"

#include <algorithm>
#include <numeric>

namespace winjob::config {
namespace {

// Edit distance, to suggest the key that was probably meant.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, diagonal + 1, replaced});
    }
  }
  return row.back();
}

std::string Remedy(std::string_view key, std::span<const std::string_view> known) {
  std::string list;
  for (const std::string_view word : known) {
    if (Distance(key, word) <= 2) return "did you mean \"" + std::string(word) + "\"?";
    list += (list.empty() ? "" : ", ") + std::string(word);
  }
  return "known here: " + list;
}

}  // namespace

std::string Describe(std::string_view file, const Error& error) {
  std::string text(file);
  if (error.line > 0) text += ":" + std::to_string(error.line) + ":" + std::to_string(error.column);
  text += ": ";
  if (!error.key.empty()) text += error.key + ": ";
  return text + error.text;
}

Context Context::At(std::string_view key) const {
  Context deeper = *this;
  if (!deeper.path_.empty()) deeper.path_ += ".";
  deeper.path_ += key;
  return deeper;
}

Context Context::At(std::size_t index) const {
  Context deeper = *this;
  deeper.path_ += "[" + std::to_string(index) + "]";
  return deeper;
}

void Context::Fail(const yaml::Node& node, std::string text) const {
  errors_.push_back({node.line, node.column, path_, std::move(text)});
}

bool Context::Expect(const yaml::Node& node, yaml::Kind kind) const {
  if (node.kind == kind) return true;
  Fail(node, "must be " + std::string(KindName(kind)) + ", not " + std::string(KindName(node.kind)));
  return false;
}

bool CheckKeys(const yaml::Node& map, std::span<const std::string_view> known,
               std::span<const std::string_view> required, const Context& context) {
  if (!context.Expect(map, yaml::Kind::kMap)) return false;
  std::vector<std::string_view> seen;
  for (const auto& [key, value] : map.entries) {
    const auto in = [&text = key.text](const auto& list) {
      return std::find(list.begin(), list.end(), text) != list.end();
    };
    if (!in(known))
      context.At(key.text).Fail(key, "unknown key; " + Remedy(key.text, known));
    else if (in(seen))
      context.At(key.text).Fail(key, "stands twice in this map; keep one");
    seen.push_back(key.text);
  }
  for (const std::string_view key : required)
    if (std::find(seen.begin(), seen.end(), key) == seen.end()) context.At(key).Fail(map, "is missing");
  return true;
}

const yaml::Node* Find(const yaml::Node& map, std::string_view key) {
  for (const auto& [name, value] : map.entries)
    if (name.text == key) return &value;
  return nullptr;
}

void ReadBool(const yaml::Node& node, bool& out, const Context& context) {
  static constexpr std::pair<std::string_view, bool> kWords[] = {{"true", true}, {"false", false}};
  ReadChoice(node, kWords, out, context);
}

void ReadText(const yaml::Node& node, std::string& out, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kScalar)) return;
  // A NUL would end the text early in every system call that takes it.
  if (node.text.find('\0') != std::string::npos) return context.Fail(node, "holds a NUL character");
  out = node.text;
}

void ReadTexts(const yaml::Node& node, std::vector<std::string>& out, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kSequence)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) ReadText(node.items[i], out.emplace_back(), context.At(i));
}

void ReadTextMap(const yaml::Node& node, std::map<std::string, std::string>& out, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kMap)) return;
  for (const auto& [key, value] : node.entries) {
    const Context at = context.At(key.text);
    if (key.text.empty() || key.text.find('=') != std::string::npos)
      at.Fail(key, "is not a name for an environment variable");
    else if (out.contains(key.text))
      at.Fail(key, "stands twice in this map; keep one");
    else
      ReadText(value, out[key.text], at);
  }
}

}  // namespace winjob::config
