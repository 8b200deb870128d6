#include "config/pattern.h"

#include <gtest/gtest.h>

namespace winjob::config {
namespace {

std::string Found(const Pattern& pattern, std::string_view text) {
  std::vector<Capture> captures;
  if (!pattern.Search(text, captures)) return "none";
  std::string found = "match";
  for (const Capture& capture : captures) found += " " + std::string(capture.name) + "=" + std::string(capture.text);
  return found;
}

TEST(Pattern, FindsWhatItMeans) {
  const struct {
    const char* pattern;
    const char* text;
    const char* expected;
  } kCases[] = {
      {"", "", "match"},
      {"abc", "xabcx", "match"},
      {"abc", "xabx", "none"},
      {"^abc$", "abc", "match"},
      {"^abc$", "abcd", "none"},
      {"a.c",
       "a\xC3\xA9"
       "c",
       "match"},
      {"a..c",
       "a\xC3\xA9"
       "c",
       "none"},
      {"a.c", "a\nc", "none"},
      {"a*b", "b", "match"},
      {"^a+b$", "b", "none"},
      {"^a?b$", "ab", "match"},
      {"^a{2}$", "aaa", "none"},
      {"^a{2}$", "aa", "match"},
      {"^a{2,}$", "aaaaa", "match"},
      {"^a{2,3}$", "aaaa", "none"},
      {"^(?:ab|cd|)$", "cd", "match"},
      {"^(?:ab|cd|)$", "", "match"},
      {"^(ab|c)+$", "abcab", "match"},
      {"[a-c]x", "bx", "match"},
      {"[^a-c]x", "bx", "none"},
      {"[]a]x", "]x", "match"},
      {"[a-]x", "-x", "match"},
      {"[\\d.]+$", "1.5", "match"},
      {"^[^x]$", "\xC3\xA9", "match"},
      {"\\d\\D\\w\\W\\s\\S", "1a_- z", "match"},
      {"\\bjob\\b", "a job b", "match"},
      {"\\bjob\\b", "jobs", "none"},
      {"\\Bob", "job", "match"},
      {"\\.exe\\t", "a.exe\t", "match"},
      {"job=(?<id>\\d+)", "-x -job=4711 y", "match id=4711"},
      {"(?<a>x+)(?<b>x*)", "xxx", "match a=xxx b="},
      {"(?<a>x+?)(?<b>x*)", "xxx", "match a=x b=xx"},
      {"(?<a>a)|(?<b>b)", "b", "match b=b"},
      {"(?<first>\\d)", "5 then 6", "match first=5"},
      {"(?<last>a|ab)(c|bcd)", "abcd", "match last=a"},
      {"(?i)JoB", "job", "match"},
      {"(?i)[a-c]+$", "AbC", "match"},
      {"(?i)[^a]x", "Ax", "none"},
      {"JoB", "job", "none"},
      {"(a*)*b", "aaac", "none"},
  };
  for (const auto& c : kCases) {
    const auto pattern = Pattern::Compile(c.pattern);
    ASSERT_TRUE(pattern) << c.pattern << ": " << pattern.error();
    EXPECT_EQ(Found(*pattern, c.text), c.expected) << c.pattern << " in " << c.text;
  }
}

TEST(Pattern, SaysWhatIsWrong) {
  const struct {
    const char* pattern;
    const char* says;
  } kCases[] = {{"a(b", "missing ): a(b"},
                {"a)b", "unexpected ): a)b"},
                {"[a", "missing ]: [a"},
                {"*a", "no argument for repetition operator: *"},
                {"a**", "bad repetition operator: **"},
                {"a{3,2}", "invalid repetition size: {3,2}"},
                {"a{1001}", "invalid repetition size: {1001}"},
                {"(a{1000}){1000}", "invalid repetition size"},
                {"(?=a)", "invalid perl operator: (?="},
                {"(?<=a)b", "invalid perl operator: (?<"},
                {"(?<!a)b", "invalid perl operator: (?<"},
                {"(?<1-a>x)", "invalid named capture group: (?P<1-a>"},
                {"(?<a>x)(?<a>y)", "two groups have the name a"},
                {"\\1", "invalid escape sequence: \\1"},
                {"a\\", "trailing \\"},
                {"[z-a]", "invalid character class range: z-a"},
                {"\xFF", "invalid UTF-8"}};
  for (const auto& c : kCases) {
    const auto pattern = Pattern::Compile(c.pattern);
    ASSERT_FALSE(pattern) << c.pattern;
    EXPECT_NE(pattern.error().find(c.says), std::string::npos) << c.pattern << ": " << pattern.error();
  }
}

TEST(Pattern, LeavesALookalikeOfANamedGroupAlone) {
  for (const auto& [expression, text] : {std::pair{"^[(?<a>]+$", "(?<a>"},
                                         {"^[]\\](?<a]+$", "](?<a"},
                                         {"^[^](?<]+$", "abc"},
                                         {"^\\(\\?<a>$", "(?<a>"}}) {
    const auto pattern = Pattern::Compile(expression);
    ASSERT_TRUE(pattern) << expression << ": " << pattern.error();
    EXPECT_TRUE(pattern->Search(text)) << expression;
  }
}

TEST(Pattern, TakesNoLongerForEvilTextAndManyAlternatives) {
  // A matcher that tries one way after the other needs 2^n steps for this.
  const auto evil = Pattern::Compile("^(a|a|aa)+$");
  ASSERT_TRUE(evil);
  EXPECT_FALSE(evil->Search(std::string(3'000, 'a') + "b"));

  std::string many = "x0";
  for (int i = 1; i < 500; ++i) many += "|x" + std::to_string(i);
  const auto alternatives = Pattern::Compile(many);
  ASSERT_TRUE(alternatives) << alternatives.error();
  EXPECT_TRUE(alternatives->Search("--x499"));
}

}  // namespace
}  // namespace winjob::config
