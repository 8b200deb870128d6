// Words of `winjob_exporter service`, and the command line that a service is installed with.
#include <gtest/gtest.h>

#include <filesystem>

#include "exporter/service/order.h"

namespace winjob::exporter::service {
namespace {

Order Read(const std::vector<std::string>& words) {
  const auto order = ReadOrder(words);
  const auto* exit = std::get_if<EarlyExit>(&order);
  EXPECT_EQ(exit, nullptr) << exit->text;
  return exit == nullptr ? std::get<Order>(order) : Order();
}

TEST(ServiceOrder, EveryVerbIsKnown) {
  EXPECT_EQ(Read({"install", "--config.file=x"}).verb, Verb::kInstall);
  EXPECT_EQ(Read({"run", "--config.file=x"}).verb, Verb::kRun);
  EXPECT_EQ(Read({"configure", "--config.file=x"}).verb, Verb::kConfigure);
  EXPECT_EQ(Read({"uninstall"}).verb, Verb::kUninstall);
  EXPECT_EQ(Read({"start"}).verb, Verb::kStart);
  EXPECT_EQ(Read({"stop"}).verb, Verb::kStop);
  EXPECT_EQ(Read({"reload"}).verb, Verb::kReload);
  EXPECT_EQ(Read({"status"}).verb, Verb::kStatus);
}

TEST(ServiceOrder, NameAndAccountAreTakenOutOfTheFlags) {
  const Order order = Read({"install", "--service.name", "second", "--config.file=/x y",
                            "--service.account=LocalSystem", "--log.level", "warn", "--web.listen-address=:1"});
  EXPECT_EQ(order.name, "second");
  EXPECT_EQ(order.account, "LocalSystem");
  EXPECT_EQ(order.flags.log_level, agent::Severity::kWarning);
  EXPECT_EQ(order.flags.listen_addresses, std::vector<std::string>{":1"});
  EXPECT_TRUE(order.flags.retry_config) << "a file that is missing at boot must not cost the service";
  const Order plain = Read({"run", "--config.file=x"});
  EXPECT_EQ(plain.name, "winjob_exporter");
  EXPECT_EQ(plain.account, "");
  EXPECT_TRUE(plain.flags.retry_config);
  EXPECT_EQ(plain.flags.event_source, "winjob_exporter") << "events are the service's own";
  EXPECT_EQ(Read({"run", "--service.name=second", "--config.file=x"}).flags.event_source, "second");
}

// A service starts in the system's folder.
TEST(ServiceOrder, PathsAreAbsoluteWhenInstalled) {
  const std::string here =
      std::filesystem::current_path().string() + static_cast<char>(std::filesystem::path::preferred_separator);
  const Order order = Read({"install", "--config.file", "a.yaml", "--web.config.file=w.yml", "--log.file=l.log"});
  EXPECT_EQ(order.words,
            (std::vector<std::string>{"--config.file", here + "a.yaml", "--web.config.file=" + here + "w.yml",
                                      "--log.file=" + here + "l.log"}));
  EXPECT_EQ(order.flags.config_file, here + "a.yaml");
  EXPECT_EQ(Read({"install", "--config.file=" + here + "b", "--log.file=stderr"}).words,
            (std::vector<std::string>{"--config.file=" + here + "b", "--log.file=stderr"}));
}

TEST(ServiceOrder, BadWordsAreNamed) {
  const struct {
    std::vector<std::string> words;
    const char* says;
  } kCases[] = {{{}, "a verb is missing"},
                {{"instal"}, "\"instal\" is no verb"},
                {{"install"}, "--config.file"},
                {{"install", "--config.file=x", "--log.level=loud"}, "loud"},
                {{"stop", "--force"}, "stop: unknown: --force"},
                {{"start", "--service.account=x"}, "--service.account"},
                {{"status", "--service.name="}, "--service.name"},
                {{"status", "--service.name=a/b"}, "no slash"},
                {{"status", "--service.name=" + std::string(257, 'x')}, "1 to 256"}};
  for (const auto& c : kCases) {
    const auto order = ReadOrder(c.words);
    ASSERT_TRUE(std::holds_alternative<EarlyExit>(order)) << c.says;
    EXPECT_EQ(std::get<EarlyExit>(order).code, 2) << c.says;
    EXPECT_NE(std::get<EarlyExit>(order).text.find(c.says), std::string::npos) << std::get<EarlyExit>(order).text;
  }
  EXPECT_EQ(std::get<EarlyExit>(ReadOrder({"--help"})).code, 0);
}

// An unquoted path with a space lets whoever may write C:\Program.exe become the service.
TEST(ServiceOrder, TheProgramIsQuotedWhetherOrNotItsPathHasASpace) {
  Order order = Read({"run", "--service.name=n", "--config.file=/a b", "--log.level=info"});
  for (const char* program : {"C:\\Program Files\\winjob\\winjob_exporter.exe", "C:\\winjob\\winjob_exporter.exe"}) {
    const auto line = ServiceCommandLine(program, order);
    ASSERT_TRUE(line);
    EXPECT_EQ(*line,
              "\"" + std::string(program) + "\" service run --service.name=n \"--config.file=/a b\" --log.level=info");
  }
  EXPECT_FALSE(ServiceCommandLine("a\"b", order));
}

}  // namespace
}  // namespace winjob::exporter::service
