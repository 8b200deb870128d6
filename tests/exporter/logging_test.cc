#include "exporter/logging.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>

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

/// A log with a clock that the test turns, into a file that the test reads.
class RepeatsTest : public testing::TestWithParam<LogFormat> {
 protected:
  RepeatsTest() {
    std::remove(path_.c_str());
    auto sink = MakeLogSink(Severity::kInfo, GetParam(), path_, nullptr, [this] { return now_; });
    log_.emplace(std::move(*sink));
  }
  ~RepeatsTest() override { std::remove(path_.c_str()); }

  void Warn(const std::string& job, int times) {
    for (int i = 0; i < times; ++i) log_->Warning("a job cannot be read", {{"job_object", job}});
  }

  /// What was written since the last call: W for the record about "build", w for another, and counts of those left out.
  std::string Written() {
    std::ifstream file(path_, std::ios::binary);  // a line ends in two bytes on Windows
    file.seekg(read_);
    std::string written;
    for (std::string line; std::getline(file, line);) {
      read_ += static_cast<std::streamoff>(line.size() + 1);
      if (line.find("records like the next were left out") != line.npos) {
        EXPECT_NE(line.find("WARN"), line.npos) << line;
        const std::size_t count = line.find("count");
        written += std::to_string(std::atoi(line.c_str() + line.find_first_of("0123456789", count)));
      } else {
        written += line.find("build") != line.npos ? 'W' : 'w';
      }
    }
    return written;
  }

  std::chrono::steady_clock::time_point now_{std::chrono::hours(3)};
  std::optional<agent::Log> log_;

 private:
  const std::string path_ = testing::TempDir() + "winjob-repeats-test.log";
  std::streamoff read_ = 0;
};

const std::string kAll(kMostRepeats, 'W');

TEST_P(RepeatsTest, WhatIsLeftOutIsCountedBeforeTheNextOfItsKind) {
  Warn("build", kMostRepeats + 7);
  EXPECT_EQ(Written(), kAll);
  now_ += kRepeatWindow - std::chrono::milliseconds(1);
  Warn("build", 4);
  EXPECT_EQ(Written(), "") << "the window is not over";
  now_ += std::chrono::milliseconds(1);
  Warn("build", 3);
  EXPECT_EQ(Written(), "11WWW");
  Warn("build", kMostRepeats);
  EXPECT_EQ(Written(), kAll.substr(3)) << "the new window has room for as many";
  now_ += kRepeatWindow;
  Warn("build", 1);
  EXPECT_EQ(Written(), "3W");
}

TEST_P(RepeatsTest, WhereNothingWasLeftOutNothingIsSaidOfIt) {
  Warn("build", kMostRepeats);
  EXPECT_EQ(Written(), kAll);
  now_ += kRepeatWindow;
  Warn("build", kMostRepeats);
  EXPECT_EQ(Written(), kAll);
}

TEST_P(RepeatsTest, EveryRecordIsCountedForItself) {
  Warn("build", kMostRepeats + 5);
  EXPECT_EQ(Written(), kAll);
  now_ += kRepeatWindow / 2;
  Warn("tests", kMostRepeats + 2);
  EXPECT_EQ(Written(), std::string(kMostRepeats, 'w'));
  now_ += kRepeatWindow / 2;
  Warn("tests", 1);
  Warn("build", 1);
  EXPECT_EQ(Written(), "5W") << "the window of the other began later";
  now_ += kRepeatWindow / 2;
  Warn("tests", 1);
  EXPECT_EQ(Written(), "3w");
}

INSTANTIATE_TEST_SUITE_P(Formats, RepeatsTest, testing::Values(LogFormat::kLogfmt, LogFormat::kJson),
                         [](const auto& test) { return test.param == LogFormat::kJson ? "Json" : "Logfmt"; });

TEST(Logging, AFileThatCannotBeWrittenIsNamed) {
  const auto sink = MakeLogSink(Severity::kInfo, LogFormat::kJson, "no/such/folder/x.log");
  ASSERT_FALSE(sink);
  EXPECT_NE(sink.error().find("no/such/folder/x.log"), std::string::npos);
}

}  // namespace
}  // namespace winjob::exporter
