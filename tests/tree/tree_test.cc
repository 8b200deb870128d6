// Every C++ file of the tree keeps the house rules, and the rules notice a file that does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/tree/house_rules.h"

namespace winjob::tree {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Tree, EveryFileKeepsTheHouseRules) {
  int files = 0;
  for (const char* room : {"winjob", "config", "agent", "exporter", "examples", "tests"}) {
    ASSERT_TRUE(std::filesystem::is_directory(room)) << "tests run in the source folder";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(room)) {
      const std::string path = entry.path().generic_string();
      if (!path.ends_with(".cc") && !path.ends_with(".h")) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      EXPECT_THAT(BrokenRules(path, text), IsEmpty()) << path;
      ++files;
    }
  }
  EXPECT_GT(files, 50);
}

TEST(HouseRules, AFileThatBreaksOneIsNoticed) {
  struct Case {
    const char* path;
    std::string text;
    const char* broken;
  };
  const Case cases[] = {
      {"winjob/job.cc", "#include \"agent/agent.h\"", "line 1: an include that points right"},
      {"config/load.cc", "\n#include \"exporter/value.h\"", "line 2: an include that points right"},
      {"agent/agent.cc", "#include \"tests/fake_kernel/world.h\"", "line 1: an include that points right"},
      {"agent/agent.cc", "#include \"snapshot.h\"", "line 1: an include that is not from the root"},
      {"winjob/job.cc", "#include <windows.h>", "line 1: a header of one system"},
      {"agent/agent.cc", "#include <sys/wait.h>", "line 1: a header of one system"},
      {"winjob/job_win32.cc", "#if defined(_WIN32)", "line 1: a conditional on the system"},
      {"tests/a_test.cc", "// \x54ODO: more", "line 1: something left to do"},
      {"tests/a_test.cc", "using namespace std;", "line 1: a using namespace"},
      {"winjob/job.cc", std::string(301, '\n'), "line 301: too many lines"},
  };
  for (const Case& each : cases) {
    EXPECT_THAT(BrokenRules(each.path, each.text), ElementsAre(each.broken)) << each.path << ": " << each.text;
  }
}

TEST(HouseRules, AFileThatKeepsThemIsNot) {
  struct Case {
    const char* path;
    std::string text;
  };
  const Case cases[] = {
      {"exporter/main.cc", "#include \"winjob/job.h\"\n#include \"exporter/value.h\"\n#include <vector>"},
      {"tests/agent/agent_test.cc", "#include \"exporter/value.h\"\n#include \"tests/fake_kernel/world.h\""},
      {"winjob/kernel_win32.cc", "#include <windows.h>"},
      {"winjob/linux/jobs.cc", "#include <sys/wait.h>"},
      {"winjob/job.cc", std::string(300, '\n')},
      {"winjob/job.cc", ""},
  };
  for (const Case& each : cases) EXPECT_THAT(BrokenRules(each.path, each.text), IsEmpty()) << each.path;
}

}  // namespace
}  // namespace winjob::tree
