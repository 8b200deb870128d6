// A JSON object that is written field by field.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "winjob/units.h"

namespace winjob {

class JsonObject {
 public:
  /// Each adds one field, if there is a value.
  void Add(std::string_view name, bool value) { AddRaw(name, value ? "true" : "false"); }
  void Add(std::string_view name, std::string_view value) { AddRaw(name, Quoted(value)); }
  void Add(std::string_view name, std::integral auto value) { AddRaw(name, std::to_string(value)); }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void Add(std::string_view name, Enum value) {
    AddRaw(name, std::to_string(static_cast<std::underlying_type_t<Enum>>(value)));
  }
  void Add(std::string_view name, Ticks value) { AddRaw(name, std::to_string(value.count())); }
  void Add(std::string_view name, Bytes value) { AddRaw(name, std::to_string(value.count())); }
  template <class Value>
  void Add(std::string_view name, const std::optional<Value>& value) {
    if (value) Add(name, *value);
  }

  /// Adds a field whose value is JSON already.
  void AddRaw(std::string_view name, std::string_view json) {
    text_.append(text_.empty() ? "" : ",").append(Quoted(name)).append(":").append(json);
  }

  [[nodiscard]] std::string Text() const { return "{" + text_ + "}"; }

  /// A text as a JSON string, which is a double-quoted scalar of YAML, too. It holds no control character.
  [[nodiscard]] static std::string Quoted(std::string_view text);

 private:
  std::string text_;
};

/// A list of values that are JSON already.
template <class List, class ToText>
[[nodiscard]] std::string JsonArray(const List& list, ToText to_text) {
  std::string text;
  for (const auto& value : list) text.append(text.empty() ? "" : ",").append(to_text(value));
  return "[" + text + "]";
}

}  // namespace winjob
