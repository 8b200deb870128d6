#include "exporter/logging.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "winjob/error.h"

namespace winjob::exporter {
namespace {

using agent::LogField;
using agent::Severity;

TEST(Logging, LogfmtQuotesOnlyWhereNeeded) {
  const LogField fields[] = {{"plain", std::string_view("word")},
                             {"spaced", std::string_view("two words")},
                             {"empty", std::string_view("")},
                             {"path", std::string_view("C:\\a \"b\"")},
                             {"number", std::uint64_t{42}},
                             {"error", make_error_code(Win32Error::kAccessDenied)},
                             {"hostile", std::string_view("a\nlevel=ERROR\x01")}};
  EXPECT_EQ(FormatRecord(LogFormat::kLogfmt, Severity::kWarning, "it is \"so\"", fields, "/src/agent/agent.cc", 12),
            "level=WARN source=agent.cc:12 msg=\"it is \\\"so\\\"\" plain=word spaced=\"two words\" empty=\"\" "
            "path=\"C:\\\\a \\\"b\\\"\" number=42 error=\"access denied (5)\" hostile=\"a\\nlevel=ERROR\\u0001\"");
}

TEST(Logging, NoControlCharacterReachesTheLine) {
  for (int c = 0; c < 0x20; ++c) {
    const LogField fields[] = {{"key", std::string("a") + static_cast<char>(c)}};
    for (const LogFormat format : {LogFormat::kLogfmt, LogFormat::kJson}) {
      const std::string line = FormatRecord(format, Severity::kInfo, "m", fields, "f", 1);
      EXPECT_TRUE(std::none_of(line.begin(), line.end(), [](char x) { return x >= 0 && x < 0x20; })) << c;
    }
  }
}

TEST(Logging, JsonQuotesEverything) {
  const LogField fields[] = {{"number", std::uint64_t{42}}, {"text", std::string_view("a\tb\\")}};
  EXPECT_EQ(FormatRecord(LogFormat::kJson, Severity::kError, "m", fields, "C:\\src\\log.cc", 7),
            R"("level":"ERROR","source":"log.cc:7","msg":"m","number":"42","text":"a\u0009b\\")");
}

TEST(Logging, AFileIsAppendedToAndRepeatsEnd) {
  const std::string path = testing::TempDir() + "winjob-logging-test.log";
  std::remove(path.c_str());
  std::ofstream(path) << "before\n";
  {
    auto sink = MakeLogSink(Severity::kInfo, LogFormat::kLogfmt, path);
    ASSERT_TRUE(sink) << sink.error();
    const agent::Log log(std::move(*sink));
    for (int i = 0; i < 100; ++i) log.Warning("again");
    for (std::uint64_t i = 0; i < 100; ++i) log.Info("another", {{"number", i}});
  }
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line, "before");
  int again = 0;
  int another = 0;
  while (std::getline(file, line)) {
    again += line.find("msg=\"again\"") != std::string::npos ? 1 : 0;
    another += line.find("msg=\"another\"") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(again, kMostRepeats);
  EXPECT_EQ(another, 100);
  file.close();
  std::remove(path.c_str());
}

TEST(Logging, AFileThatCannotBeWrittenIsNamed) {
  const auto sink = MakeLogSink(Severity::kInfo, LogFormat::kJson, "no/such/folder/x.log");
  ASSERT_FALSE(sink);
  EXPECT_NE(sink.error().find("no/such/folder/x.log"), std::string::npos);
}

}  // namespace
}  // namespace winjob::exporter
