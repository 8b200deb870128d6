// Maps of the configuration as tables: a key, where its value goes and how it is read. Unknown keys, keys given twice,
// missing keys and values of the wrong kind are found here, once for all maps.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/errors.h"
#include "config/quantity.h"
#include "config/yaml.h"

namespace winjob::config {

/// Where the reader stands, and what it has found wrong so far.
class Context {
 public:
  explicit Context(Errors& errors) noexcept : errors_(errors) {}

  /// The same, one key or list index deeper.
  [[nodiscard]] Context At(std::string_view key) const;
  [[nodiscard]] Context At(std::size_t index) const;

  void Fail(const yaml::Node& node, std::string text) const;

  /// How many errors were noted so far, anywhere.
  [[nodiscard]] std::size_t failures() const noexcept { return errors_.size(); }

  /// Whether `node` is of this kind; if not, that is noted as an error.
  [[nodiscard]] bool Expect(const yaml::Node& node, yaml::Kind kind) const;

 private:
  Errors& errors_;
  std::string path_;
};

/// One key of a map that is read into a `Target`.
template <class Target>
struct Field {
  std::string_view key;
  void (*read)(const yaml::Node& node, Target& target, const Context& context);
  bool required = false;
};

/// Notes the entries of `map` whose keys are not in `known` or stand twice, and the required keys that are missing.
/// False when `map` is not a map at all.
[[nodiscard]] bool CheckKeys(const yaml::Node& map, std::span<const std::string_view> known,
                             std::span<const std::string_view> required, const Context& context);

/// Reads `map` into `target` by its table.
template <class Target, std::size_t N>
void ReadMap(const yaml::Node& map, const Field<Target> (&fields)[N], Target& target, const Context& context) {
  std::vector<std::string_view> known, required;
  for (const Field<Target>& field : fields) {
    known.push_back(field.key);
    if (field.required) required.push_back(field.key);
  }
  if (!CheckKeys(map, known, required, context)) return;
  for (const auto& [key, value] : map.entries)
    for (const Field<Target>& field : fields)
      if (field.key == key.text) field.read(value, target, context.At(field.key));
}

/// The value of a key, or nullptr.
[[nodiscard]] const yaml::Node* Find(const yaml::Node& map, std::string_view key);

/// A table's reader that reads one member.
template <auto Member, auto Read, class Target>
inline constexpr auto kInto =
    [](const yaml::Node& node, Target& target, const Context& context) { Read(node, target.*Member, context); };

/// Readers of the common kinds of value, for use in a Field.
void ReadBool(const yaml::Node& node, bool& out, const Context& context);
void ReadText(const yaml::Node& node, std::string& out, const Context& context);
void ReadTexts(const yaml::Node& node, std::vector<std::string>& out, const Context& context);
void ReadTextMap(const yaml::Node& node, std::map<std::string, std::string>& out, const Context& context);

/// Reads a value by its parser, which gives a Result with what is wrong as text. `out` may be an optional.
template <auto Parse, class Out>
void ReadParsed(const yaml::Node& node, Out& out, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kScalar)) return;
  if (auto value = Parse(node.text))
    out = *value;
  else
    context.Fail(node, value.error());
}

/// Reads a whole number of the range.
template <std::uint64_t Least, std::uint64_t Most, class Out>
void ReadInteger(const yaml::Node& node, Out& out, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kScalar)) return;
  if (const Result<std::uint64_t, std::string> value = ParseInteger(node.text, Least, Most))
    out = static_cast<std::uint32_t>(*value);
  else
    context.Fail(node, value.error());
}

/// Reads one of a few words. `Choices` is a table of {word, value}.
template <class Enum, std::size_t N, class Out>
void ReadChoice(const yaml::Node& node, const std::pair<std::string_view, Enum> (&choices)[N], Out& out,
                const Context& context) {
  if (!context.Expect(node, yaml::Kind::kScalar)) return;
  std::string list;
  for (const auto& [word, value] : choices) {
    if (word == node.text) {
      out = value;
      return;
    }
    list += (list.empty() ? "" : ", ") + std::string(word);
  }
  context.Fail(node, "unknown value \"" + node.text + "\"; use one of: " + list);
}

/// A table's reader of one of a few words.
template <auto Member, const auto& Choices, class Target>
inline constexpr auto kChoiceInto = [](const yaml::Node& node, Target& target, const Context& context) {
  ReadChoice(node, Choices, target.*Member, context);
};

}  // namespace winjob::config
