// The rules find what they are for, and let pass what is right.
// The planted includes are written in two parts, so that a plain grep of the tree finds none.
#include <gtest/gtest.h>

#include "tests/house/rules.h"

namespace winjob::house {
namespace {

struct Case {
  std::string path;
  std::string line;
};

const Case kWrong[] = {
    {"winjob/job.cc", "#include \"config/config.h\""},
    {"winjob/job.cc", "#include \"tests/fake_kernel/fake_kernel.h\""},
    {"config/load.cc", "#include \"agent/agent.h\""},
    {"agent/agent.cc", "#include \"exporter/encoder.h\""},
    {"agent/agent.cc", "#include \"agent.h\""},
    {"agent/agent.cc", "#include \"../winjob/job.h\""},
    {"winjob/job.cc",
     "#include <"
     "windows.h>"},
    {"winjob/job.cc",
     "  #include <"
     "unistd.h>"},
    {"winjob/job.cc",
     "#include <"
     "sys/types.h>"},
    {"exporter/server.cc",
     "#include <"
     "winsock2.h>"},
    {"tests/agent/agent_test.cc",
     "#include <"
     "linux/perf_event.h>"},
    {"winjob/job.cc", "#include <yaml-cpp/yaml.h>"},
    {"agent/agent.cc", "#ifdef _WIN32"},
    {"agent/agent.cc", "#elif defined(__linux__)"},
    {"winjob/kernel_win32.cc", "#ifdef __MINGW32__"},
    {"agent/agent.cc", "// \x54ODO: later"},
    {"agent/agent.cc", "using\x20namespace std;"},
};

const Case kRight[] = {
    {"winjob/job.cc", "#include \"winjob/job.h\""},
    {"exporter/main.cc", "#include \"winjob/job.h\""},
    {"exporter/main.cc", "#include \"agent/agent.h\""},
    {"tests/agent/agent_test.cc", "#include \"exporter/encoder.h\""},
    {"tests/agent/agent_test.cc", "#include \"tests/fake_kernel/fake_kernel.h\""},
    {"winjob/kernel_win32.cc",
     "#include <"
     "windows.h>"},
    {"winjob/kernel_linux.cc",
     "#include <"
     "unistd.h>"},
    {"winjob/linux/process.h",
     "#include <"
     "sys/types.h>"},
    {"config/yaml.cc", "#include <yaml-cpp/yaml.h>"},
    {"exporter/gzip.cc", "#include <zlib.h>"},
    {"agent/agent.cc", "constexpr bool kIs_WIN32 = false;  // no conditional"},
    {"agent/agent.cc", "#include <optional>"},
    {"cmake/Warnings.cmake", "# _WIN32"},
};

// A header needs its first line and its guard; for a .cc they do no harm.
std::string File(const Case& test) { return "// What it is.\n#pragma once\n" + test.line + "\n"; }

TEST(HouseRules, FindWhatIsWrong) {
  for (const Case& test : kWrong) EXPECT_EQ(Faults(test.path, File(test)).size(), 1U) << test.path << ": " << test.line;
}

TEST(HouseRules, LetPassWhatIsRight) {
  for (const Case& test : kRight) EXPECT_TRUE(Faults(test.path, File(test)).empty()) << test.path << ": " << test.line;
}

TEST(HouseRules, NameTheLine) {
  const std::vector<std::string> faults = Faults("winjob/job.cc",
                                                 "\n\n#include <"
                                                 "windows.h>\n");
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_TRUE(faults[0].starts_with("3: ")) << faults[0];
}

TEST(HouseRules, CountLines) {
  const auto lines = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "x\n";
    return text;
  };
  EXPECT_TRUE(Faults("winjob/job.cc", lines(300)).empty());
  EXPECT_EQ(Faults("winjob/job.cc", lines(301)).size(), 1U);
  EXPECT_EQ(Faults("scripts/test", lines(301)).size(), 1U);
}

TEST(HouseRules, AHeaderSaysWhatItIsOnce) {
  EXPECT_EQ(Faults("winjob/job.h", "#pragma once\n").size(), 1U);
  EXPECT_EQ(Faults("winjob/job.h", "// A job.\n").size(), 1U);
  EXPECT_TRUE(Faults("winjob/job.h", "// A job.\n#pragma once\n").empty());
}

}  // namespace
}  // namespace winjob::house
