#include "exporter/config_page.h"

#include <gtest/gtest.h>

namespace winjob::exporter {
namespace {

TEST(ConfigPage, ShowsWhatWasReadWithoutSecrets) {
  const auto root = config::yaml::Parse(
      "poll_interval: 5s\n"
      "jobs:\n"
      "  - name: 'a \"b\"'\n"
      "    object: Global\\Build\n"
      "    start:\n"
      "      - command: [agent.exe, --token=geheim]\n"
      "        environment: {KEY: geheim, OTHER: [geheim]}\n"
      "    adopt: [{command_line: '-x'}]\n"
      "    limits: {}\n"
      "discover: []\n");
  ASSERT_TRUE(root);
  const std::string page = ConfigPage(*root);
  EXPECT_EQ(page,
            "poll_interval: 5s\n"
            "jobs:\n"
            "  -\n"
            "    name: \"a \\\"b\\\"\"\n"
            "    object: \"Global\\\\Build\"\n"
            "    start:\n"
            "      -\n"
            "        command:\n"
            "          - agent.exe\n"
            "          - \"<hidden>\"\n"
            "        environment:\n"
            "          KEY: \"<hidden>\"\n"
            "          OTHER:\n"
            "            - \"<hidden>\"\n"
            "    adopt:\n"
            "      -\n"
            "        command_line: \"-x\"\n"
            "    limits: {}\n"
            "discover: []\n");
  EXPECT_TRUE(config::yaml::Parse(page)) << page;
}

TEST(ConfigPage, EveryCharacterIsReadBackAsItWas) {
  std::string text;
  for (char c = 1; c != '\x7f'; ++c) text += c;
  text += "\x7f\xc3\xa4";
  config::yaml::Node root;
  root.kind = config::yaml::Kind::kSequence;
  root.items.resize(1);
  root.items[0].kind = config::yaml::Kind::kScalar;
  root.items[0].text = text;
  const auto again = config::yaml::Parse(ConfigPage(root));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->items[0].text, text);
}

}  // namespace
}  // namespace winjob::exporter
