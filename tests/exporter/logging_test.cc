#include "exporter/logging.h"

#include <gtest/gtest.h>

#include <algorithm>

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

}  // namespace
}  // namespace winjob::exporter
