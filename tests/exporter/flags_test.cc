#include "exporter/flags.h"

#include <gtest/gtest.h>

namespace winjob::exporter {
namespace {

TEST(Flags, EachReachesItsField) {
  const auto parsed = ParseFlags({"--config.file=a b.yaml", "--web.listen-address=127.0.0.1:1", "--web.listen-address",
                                  "[::1]:2", "--web.telemetry-path", "/m", "--log.level=warn", "--log.format", "json"});
  ASSERT_TRUE(std::holds_alternative<Flags>(parsed)) << std::get<EarlyExit>(parsed).text;
  const Flags& flags = std::get<Flags>(parsed);
  EXPECT_EQ(flags.config_file, "a b.yaml");
  EXPECT_EQ(flags.listen_addresses, (std::vector<std::string>{"127.0.0.1:1", "[::1]:2"}));
  EXPECT_EQ(flags.telemetry_path, "/m");
  EXPECT_EQ(flags.log_level, agent::Severity::kWarning);
  EXPECT_EQ(flags.log_format, LogFormat::kJson);
}

TEST(Flags, ARefusedConfigurationIsTheEndUnlessToldOtherwise) {
  EXPECT_FALSE(std::get<Flags>(ParseFlags({"--config.file=x"})).retry_config);
  EXPECT_TRUE(std::get<Flags>(ParseFlags({"--config.file=x", "--config.retry"})).retry_config);
  EXPECT_FALSE(std::get<Flags>(ParseFlags({"--config.file=x", "--no-config.retry"})).retry_config);
}

TEST(Flags, DefaultsAreTheDocumentedOnes) {
  const auto parsed = ParseFlags({"--config.file=x"});
  const Flags& flags = std::get<Flags>(parsed);
  EXPECT_EQ(flags.listen_addresses, std::vector<std::string>{":10058"});
  EXPECT_EQ(flags.telemetry_path, "/metrics");
  EXPECT_EQ(flags.log_level, agent::Severity::kInfo);
  EXPECT_EQ(flags.log_format, LogFormat::kLogfmt);
}

TEST(Flags, HelpAndVersionAreNotErrors) {
  for (const char* flag : {"--help", "-h", "--version"}) {
    const auto parsed = ParseFlags({flag});
    ASSERT_TRUE(std::holds_alternative<EarlyExit>(parsed)) << flag;
    EXPECT_EQ(std::get<EarlyExit>(parsed).code, 0);
    EXPECT_FALSE(std::get<EarlyExit>(parsed).text.empty());
  }
  EXPECT_TRUE(std::get<EarlyExit>(ParseFlags({"--version"})).text.starts_with("winjob_exporter, version 0."));
}

TEST(Flags, BadOnesAreNamed) {
  const struct {
    std::vector<std::string> arguments;
    const char* says;
  } kCases[] = {{{}, "--config.file"},
                {{"--config.file=x", "--web.lisen-address=:1"}, "--web.lisen-address"},
                {{"--config.file=x", "--log.level=loud"}, "loud"},
                {{"--config.file=x", "--log.format=xml"}, "xml"},
                {{"--config.file=x", "--web.telemetry-path=metrics"}, "\"metrics\""},
                {{"--config.file=x", "--web.telemetry-path=/"}, "\"/\""},
                {{"--config.file=x", "--web.listen-address=nowhere"}, "\"nowhere\" is not an address"},
                {{"--config.file=x", "--web.listen-address=127.0.0.1:99999"}, "99999"},
                {{"--config.file=x", "stray"}, "stray"},
                {{"--config.file"}, "--config.file"}};
  for (const auto& c : kCases) {
    const auto parsed = ParseFlags(c.arguments);
    ASSERT_TRUE(std::holds_alternative<EarlyExit>(parsed)) << c.says;
    EXPECT_EQ(std::get<EarlyExit>(parsed).code, 2) << c.says;
    EXPECT_NE(std::get<EarlyExit>(parsed).text.find(c.says), std::string::npos) << std::get<EarlyExit>(parsed).text;
  }
}

}  // namespace
}  // namespace winjob::exporter
