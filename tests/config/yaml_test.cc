#include "config/yaml.h"

#include <gtest/gtest.h>

#include <string>

namespace winjob::config::yaml {
namespace {

TEST(Yaml, NodesRememberWhereTheyStood) {
  const auto root = Parse("a: 1\nlist:\n  - x\n  - {k: v}\n");
  ASSERT_TRUE(root);
  ASSERT_EQ(root->kind, Kind::kMap);
  ASSERT_EQ(root->entries.size(), 2u);
  EXPECT_EQ(root->entries[0].value.text, "1");
  EXPECT_EQ(root->entries[0].value.column, 4);
  const Node& list = root->entries[1].value;
  ASSERT_EQ(list.kind, Kind::kSequence);
  EXPECT_EQ(list.items[0].line, 3);
  EXPECT_EQ(list.items[0].column, 5);
  EXPECT_EQ(list.items[1].entries[0].value.text, "v");
  EXPECT_EQ(list.items[1].line, 4);
}

TEST(Yaml, KeepsKeysThatStandTwice) {
  const auto root = Parse("a: 1\na: 2\n");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->entries.size(), 2u);
}

TEST(Yaml, AnEmptyTextIsNothing) {
  for (const char* text : {"", "\n", "# only a comment\n", "---\n"}) {
    const auto root = Parse(text);
    ASSERT_TRUE(root) << text;
    EXPECT_EQ(root->kind, Kind::kNull) << text;
  }
}

TEST(Yaml, RefusesMalformedTextWithItsLine) {
  const struct {
    const char* text;
    int line;
  } kCases[] = {{"a: [1, 2\n", 2}, {"a: 1\n b: 2\n", 2}, {"a: *nowhere\n", 1}, {"a: 1\n\tb: 2\n", 2}};
  for (const auto& c : kCases) {
    const auto root = Parse(c.text);
    ASSERT_FALSE(root) << c.text;
    EXPECT_EQ(root.error().size(), 1u);
    EXPECT_EQ(root.error()[0].line, c.line) << c.text << root.error()[0].text;
    EXPECT_NE(root.error()[0].text.find("not valid YAML"), std::string::npos);
  }
}

// A comma where none can be is not an error for yaml-cpp, but an empty document, without end.
TEST(Yaml, RefusesASecondDocumentAndWhatBelongsToNothing) {
  const struct {
    std::string_view text;
    int line;
    int column;
  } cases[] = {{"a: 1\n---\nb: 2\n", 2, 1},
               {"---\n---\na: 1\n", 2, 1},
               {", a: 1\n", 1, 1},
               {"- a\n, b]\n", 2, 1},
               {std::string_view(",fs\0l:\0val", 11), 1, 1}};
  for (const auto& c : cases) {
    const auto root = Parse(c.text);
    ASSERT_FALSE(root) << c.text;
    EXPECT_EQ(root.error()[0].line, c.line) << c.text;
    EXPECT_EQ(root.error()[0].column, c.column) << c.text;
    EXPECT_NE(root.error()[0].text.find("second document"), std::string::npos) << root.error()[0].text;
  }
}

TEST(Yaml, RefusesAliasesThatMultiplyBeyondReason) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + alias;
    for (int j = 1; j < 10; ++j) text += ", " + alias;
    text += "]\n";
  }
  const auto root = Parse(text);
  ASSERT_FALSE(root);
  EXPECT_NE(root.error()[0].text.find("aliases"), std::string::npos) << root.error()[0].text;
}

TEST(Yaml, SurvivesDeepNesting) {
  for (const std::string& text :
       {std::string(100'000, '['), "jobs: &a [*a]\n" + std::string(), std::string(150, '[') + std::string(150, ']')})
    EXPECT_FALSE(Parse(text)) << text.substr(0, 20);
}

}  // namespace
}  // namespace winjob::config::yaml
