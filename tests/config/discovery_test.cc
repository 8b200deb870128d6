// Patterns for jobs of others, and the names that they give.
#include "config/discovery.h"

#include <gtest/gtest.h>

#include "config/load.h"

namespace winjob::config {
namespace {

TEST(Discovery, ANameIsMadeOfWhatTheWildcardsStandFor) {
  const struct {
    Discovery rule;
    std::string_view object;
    std::optional<std::string> name;
  } kCases[] = {
      {{"Global\\JobContainer_*", "{1}"}, "Global\\JobContainer_7f", "7f"},
      {{"Global\\JobContainer_*", "{1}"}, "Global\\JobContainer_", ""},
      {{"Global\\JobContainer_*", "{1}"}, "Local\\JobContainer_7f", std::nullopt},
      {{"Global\\JobContainer_*", "{1}"}, "Global\\jobcontainer_7f", std::nullopt},
      {{"Global\\JobContainer_*", "{1}"}, "Global\\XJobContainer_7f", std::nullopt},
      {{"*\\*-*.?", "{3}/{2}-{1} {4}{4}"}, "Global\\a-b.c", "b/a-Global cc"},
      {{"Local\\*", "all of {0}!"}, "Local\\x y", "all of Local\\x y!"},
      {{"Local\\*", "{}{a}{{1}} {1"}, "Local\\x", "{}{a}{x} {1"},
      {{"Local\\*", "{1}"}, "Local\\a/b", std::nullopt},
      {{"Local\\**", "{1}"}, "Local\\a/b", "a/b"},
      {{"Local\\???*", "{1}{2}{3}-{4}"}, "Local\\abcdef", "abc-def"},
      {{"Local\\*", "{1}"}, "Local\\{0}", "{0}"},
  };
  for (const auto& c : kCases) EXPECT_EQ(NameFor(c.rule, c.object), c.name) << c.rule.object << " and " << c.object;
}

TEST(Discovery, WhatIsWrongIsSaidWithLineKeyAndRemedy) {
  const struct {
    const char* rule;
    const char* says;
  } kCases[] = {
      {"{object: Job, name: x}", "f:3:14: discover[0].object: has no wildcard; to watch one object, write it under"},
      {"{object: 'Job_*', name: x}", "f:3:29: discover[0].name: must hold {0}, or {1} for what wildcard 1 stands for"},
      {"{object: 'Job_*_**', name: 'x{1}'}", "must hold {0}, or {2}"},
      {"{object: 'Job_*', name: '{1}{2}'}", "discover[0].name: holds {2}, but `object` has 1 wildcard"},
      {"{object: 'a*b?', name: '{0}{31}'}", "holds {31}, but `object` has 2 wildcards"},
      {"{object: 'global\\*', name: '{1}'}",
       "discover[0].object: matches nothing: kernel names begin with Global\\ or"},
      {"{object: 'Session\\1*', name: '{1}'}", "begin with Global\\ or Local\\"},
      {"{object: 'Global\\a\\*', name: '{1}'}", "a kernel name has a backslash only at the end of Global\\ or Local\\"},
      {"{object: 'Job_*'}", "f:3:5: discover[0].name: is missing"},
      {"{name: '{1}'}", "f:3:5: discover[0].object: is missing"},
      {"{object: 'Job_*', name: '{1}', mode: observe}", "discover[0].mode: unknown key"},
      {"[]", "discover[0]: must be a map"},
  };
  for (const auto& c : kCases) {
    const auto config = Load(std::string("max_age: 1s\ndiscover:\n  - ") + c.rule);
    ASSERT_FALSE(config) << c.rule;
    ASSERT_EQ(config.error().size(), 1U) << c.rule;
    EXPECT_NE(Describe("f", config.error()[0]).find(c.says), std::string::npos) << Describe("f", config.error()[0]);
  }
  const auto all = Load("discover: [{object: a, name: b}, {object: 'c*', name: d}]\ndiscover_limit: 0");
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().size(), 3U) << "each mistake, not the first";
}

TEST(Discovery, RulesAndTheLimitAreRead) {
  const auto config = Load("discover: [{object: 'Job_*_?', name: '{0}'}, {object: '*\\**', name: '{1}{2}'}]");
  ASSERT_TRUE(config) << Describe("f", config.error()[0]);
  EXPECT_EQ(config->discover, (std::vector<Discovery>{{"Job_*_?", "{0}"}, {"*\\**", "{1}{2}"}}));
  EXPECT_EQ(config->discover_limit, 1'000U);
  EXPECT_EQ(Load("discover: [{object: 'J*', name: '{1}', containerd: '/run/c d'}]")->discover,
            (std::vector<Discovery>{{"J*", "{1}", "/run/c d"}}));
  EXPECT_EQ(Load("discover_limit: 7")->discover_limit, 7U);
}

}  // namespace
}  // namespace winjob::config
