#include "config/load.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace winjob::config {
namespace {

using std::chrono::milliseconds;

std::string Slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Describe(const Errors& errors, std::string_view file) {
  std::string text;
  for (const Error& error : errors) text += Describe(file, error) + "\n";
  return text;
}

TEST(Load, EveryKeyReachesItsField) {
  const auto config = Load(R"(
poll_interval: 7s
max_age: 300ms
jobs:
  - name: build
    object: Global\Build
    mode: open
    on_exit: kill
    start:
      - command: ['C:\agent.exe', --once, "two words"]
        directory: 'C:\build'
        environment: {LEVEL: "2", EMPTY: ""}
      - command: [second]
  - name: watched
    object: Other
    mode: observe
)");
  ASSERT_TRUE(config) << Describe(config.error(), "text");
  EXPECT_EQ(config->poll_interval, milliseconds(7'000));
  EXPECT_EQ(config->max_age, milliseconds(300));
  ASSERT_EQ(config->jobs.size(), 2u);
  const JobConfig& build = config->jobs[0];
  EXPECT_EQ(build.name, "build");
  EXPECT_EQ(build.object, "Global\\Build");
  EXPECT_EQ(build.mode, Mode::kOpen);
  EXPECT_EQ(build.on_exit, OnExit::kKill);
  ASSERT_EQ(build.start.size(), 2u);
  EXPECT_EQ(build.start[0].command, (std::vector<std::string>{"C:\\agent.exe", "--once", "two words"}));
  EXPECT_EQ(build.start[0].directory, "C:\\build");
  EXPECT_EQ(build.start[0].environment, (std::map<std::string, std::string>{{"LEVEL", "2"}, {"EMPTY", ""}}));
  EXPECT_EQ(build.start[1].command, std::vector<std::string>{"second"});
  EXPECT_EQ(config->jobs[1].mode, Mode::kObserve);
}

TEST(Load, LeavesDefaultsForWhatIsNotSaid) {
  const auto config = Load("jobs: [{name: a b}]");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->poll_interval, milliseconds(5'000));
  EXPECT_EQ(config->max_age, milliseconds(1'000));
  EXPECT_EQ(config->jobs[0].object, "Local\\winjob-a b");
  EXPECT_EQ(config->jobs[0].mode, Mode::kCreateOrOpen);
  EXPECT_EQ(config->jobs[0].on_exit, OnExit::kRelease);
}

TEST(Load, AnEmptyFileConfiguresNoJobs) {
  const auto config = Load("# nothing yet\n");
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->jobs.empty());
}

TEST(Load, ReportsEveryErrorWithItsLine) {
  const auto config = LoadFile("tests/golden/config/five_errors.bad.yaml");
  ASSERT_FALSE(config);
  EXPECT_EQ(Describe(config.error(), "five.yaml"), Slurp("tests/golden/config/five_errors.bad.txt"));
}

TEST(Load, RefusesWhatKeysSayTogether) {
  const struct {
    const char* text;
    const char* says;
  } kCases[] = {
      {"jobs: [{name: ''}]", "jobs[0].name: must not be empty"},
      {"jobs: [{name: 'a\\b'}]", "jobs[0].name: has a backslash"},
      {"jobs: [{name: a, object: ''}]", "jobs[0].object: must not be empty"},
      {"jobs: [{name: a, start: [{command: []}]}]", "jobs[0].start[0].command: must begin with a program"},
      {"jobs: [{name: a, start: [{command: ['']}]}]", "jobs[0].start[0].command: must begin with a program"},
      {"jobs: [{name: a, start: [{command: x}]}]", "must be a list, not a single value"},
      {"jobs: [{name: a, start: [{command: [x], environment: {'A=B': c}}]}]", "environment.A=B: is not a name"},
      {"jobs: [{name: a, start: [{command: [x], environment: {A: b, A: c}}]}]", "environment.A: stands twice"},
      {"jobs: [{name: a, mode: observe, start: [{command: [x]}]}]", "start: cannot be used with mode: observe"},
      {"jobs: [{name: a, mode: observe, on_exit: kill}]", "kill cannot be used with mode: observe"},
      {"jobs: {name: a}", "jobs: must be a list, not a map"},
      {"poll_interval: 0s", "poll_interval: \"0s\" is out of range"},
      {"just text", "must be a map, not a single value"},
      {"a\xff: 1", "not UTF-8"},
  };
  for (const auto& c : kCases) {
    const auto config = Load(c.text);
    ASSERT_FALSE(config) << c.text;
    EXPECT_EQ(config.error().size(), 1u) << Describe(config.error(), c.text);
    EXPECT_NE(Describe(config.error(), "f").find(c.says), std::string::npos) << Describe(config.error(), c.text);
  }
}

TEST(Load, NamesTheLineOfBytesThatAreNotUtf8) {
  const auto config = Load("poll_interval: 5s\njobs:\n  - name: b\xE9\n");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error()[0].line, 3);
}

TEST(LoadFile, SaysThatAFileCannotBeRead) {
  const auto absent = LoadFile("tests/golden/config/no-such-file.yaml");
  ASSERT_FALSE(absent);
  EXPECT_NE(Describe(absent.error(), "f").find("f: cannot be read"), std::string::npos);
  EXPECT_FALSE(LoadFile("tests/golden"));  // a folder
}

TEST(LoadFile, TheDemoIsGood) {
  const auto config = LoadFile("config/demo.yaml");
  ASSERT_TRUE(config) << Describe(config.error(), "config/demo.yaml");
  EXPECT_FALSE(config->jobs.empty());
  for (const JobConfig& job : config->jobs) EXPECT_EQ(job.on_exit, OnExit::kKill) << job.name;
}

}  // namespace
}  // namespace winjob::config
