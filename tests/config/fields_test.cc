#include "config/fields.h"

#include <gtest/gtest.h>

namespace winjob::config {
namespace {

struct Target {
  std::string text;
  std::vector<std::string> list;
};

constexpr Field<Target> kFields[] = {
    {"text", [](const yaml::Node& n, Target& t, const Context& c) { ReadText(n, t.text, c); }, true},
    {"list", [](const yaml::Node& n, Target& t, const Context& c) { ReadTexts(n, t.list, c); }},
};

std::vector<std::string> Read(std::string_view text, Target& target) {
  Errors errors;
  ReadMap(*yaml::Parse(text), kFields, target, Context(errors).At("top"));
  std::vector<std::string> lines;
  for (const Error& error : errors) lines.push_back(Describe("f", error));
  return lines;
}

TEST(Fields, ValuesGoWhereTheTableSays) {
  Target target;
  EXPECT_TRUE(Read("{list: [a, '1'], text: \"x y\"}", target).empty());
  EXPECT_EQ(target.text, "x y");
  EXPECT_EQ(target.list, (std::vector<std::string>{"a", "1"}));
}

TEST(Fields, EveryMistakeIsFoundOnceForAllMaps) {
  const struct {
    const char* text;
    const char* expected;
  } kCases[] = {
      {"{text: a, txet: b}", "f:1:11: top.txet: unknown key; did you mean \"text\"?"},
      {"{text: a, other: b}", "f:1:11: top.other: unknown key; known here: text, list"},
      {"{text: a, text: b}", "f:1:11: top.text: stands twice in this map; keep one"},
      {"{list: []}", "f:1:1: top.text: is missing"},
      {"{text: [a]}", "f:1:8: top.text: must be a single value, not a list"},
      {"{text: a, list: b}", "f:1:17: top.list: must be a list, not a single value"},
      {"{text: a, list: [b, {}]}", "f:1:21: top.list[1]: must be a single value, not a map"},
      {"{text: }", "f:1:8: top.text: must be a single value, not nothing"},
      {"[text]", "f:1:1: top: must be a map, not a list"},
      {"{text: \"a\\0b\"}", "f:1:8: top.text: holds a NUL character"},
  };
  for (const auto& c : kCases) {
    Target target;
    EXPECT_EQ(Read(c.text, target), std::vector<std::string>{c.expected}) << c.text;
  }
}

TEST(Fields, AnErrorWithoutALineNamesTheFileAlone) {
  EXPECT_EQ(Describe("f.yaml", {0, 0, "", "cannot be read"}), "f.yaml: cannot be read");
}

}  // namespace
}  // namespace winjob::config
