#include "config/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace winjob::config {
namespace {

TEST(Glob, MatchesAllOfTheText) {
  const struct {
    const char* glob;
    const char* text;
    bool expected;
  } kCases[] = {
      {"", "", true},
      {"a", "a", true},
      {"a", "ab", false},
      {"*", "", true},
      {"*.exe", "x.exe", true},
      {"*.exe", "a\\x.exe", false},
      {"C:\\tools\\**", "C:\\tools\\a\\b.exe", true},
      {"C:\\tools\\**", "C:/tools/a/b.exe", true},
      {"C:\\tools\\*", "C:\\tools\\a\\b.exe", false},
      {"/usr/**/sh", "/usr/local/bin/sh", true},
      {"a?c", "abc", true},
      {"a?c", "a/c", false},
      {"a?c", "ac", false},
      {"*a*b*c*", "xxaxxbxxc", true},
      {"*a*b*c*", "xxbxxaxxc", false},
      {"[ab]", "a", false},
      {"A", "a", false},
  };
  for (const auto& c : kCases)
    EXPECT_EQ(GlobMatches(c.glob, c.text, Case::kExact), c.expected) << c.glob << " " << c.text;
  EXPECT_TRUE(GlobMatches("MSBuild.*", "msbuild.EXE", Case::kFolded));
}

TEST(Glob, TellsWhatEachWildcardStandsFor) {
  std::vector<std::string_view> runs;
  ASSERT_TRUE(GlobMatches("Global\\Job_*-?-**", "Global\\Job_ab-c-d\\e", Case::kExact, &runs));
  EXPECT_EQ(runs, (std::vector<std::string_view>{"ab", "c", "d\\e"}));
}

TEST(Glob, TakesNoLongerForManyWildcards) {
  EXPECT_FALSE(GlobMatches(std::string(50, '*') + "*b", std::string(2'000, 'a'), Case::kExact));
}

}  // namespace
}  // namespace winjob::config
