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

}  // namespace
}  // namespace winjob::exporter
