// The events of the Event Log: which records they are, and that sources and documentation agree.
#include "exporter/service/events.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "exporter/logging.h"

namespace winjob::exporter::service {
namespace {

using agent::Log;
using agent::Severity;
using testing::ElementsAre;
using testing::Pair;

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

const Event& Numbered(std::uint16_t number) {
  for (const Event& event : Events())
    if (event.number == number) return event;
  ADD_FAILURE() << "there is no event " << number;
  return Events()[0];
}

/// Writes to memory instead of the Event Log.
struct Recorder {
  std::vector<std::pair<std::uint32_t, std::string>> events;
  EventWriter writer() {
    return [this](const Event& event, const std::string& details) {
      events.emplace_back(event.id(), details);
      return true;
    };
  }
};

TEST(Events, HaveEachItsNumberAndText) {
  std::set<std::uint16_t> numbers;
  std::set<std::string_view> messages;
  for (const Event& event : Events()) {
    EXPECT_TRUE(numbers.insert(event.number).second) << event.number << " is there twice";
    EXPECT_TRUE(messages.insert(event.message).second) << event.message << " is there twice";
  }
  EXPECT_GT(numbers.size(), 20U);
}

TEST(Events, CarryTheirSeverityInTheId) {
  EXPECT_EQ(Numbered(1).id(), 0x40000001U);
  EXPECT_EQ(Numbered(20).id(), 0x80000014U);
  EXPECT_EQ(Numbered(11).id(), 0xC000000BU);
}

TEST(Events, ARecordIsWrittenUnderTheIdOfItsMessageAndOthersAreNot) {
  Recorder it;
  const Log log(EventSink(it.writer()));
  log.Info("starting winjob_exporter",
           {{"version", std::string_view("1.2.3")}, {"config_file", std::string_view("x.yaml")}});
  log.Info("opened a job", {{"job_object", std::string_view("build")}});
  log.Warning("starting winjob_exporter");  // of that severity there is no such record
  log.Error("the configuration is refused; the one before stays in force",
            {{"errors", std::string_view("x.yaml:3: no")}});
  log.Info("stopped");
  EXPECT_THAT(it.events, ElementsAre(Pair(0x40000001U, "version: 1.2.3\nconfig_file: x.yaml"),
                                     Pair(0xC000000CU, "errors: x.yaml:3: no"), Pair(0x40000004U, "")));
}

TEST(Events, NothingInTheDetailsIsTakenForAPlaceholder) {
  Recorder it;
  const Log log(EventSink(it.writer()));
  log.Warning("a limit cannot be set; the job runs without it",
              {{"limit", std::string_view("50%")}, {"address", std::string_view("[fe80::1%12]:1 %%7 %n %")}});
  EXPECT_THAT(it.events, ElementsAre(Pair(0x80000032U, "limit: 50%\naddress: [fe80::1% 12]:1 % % 7 %n %")));
}

TEST(Events, OneThatComesOnAndOnDoesNotFloodTheLogNorHideOthers) {
  Recorder it;
  const Log log(EventSink(it.writer()));
  for (std::uint64_t i = 0; i < 100; ++i) log.Warning("a notification limit is exceeded", {{"value", i}});
  log.Info("stopping");
  EXPECT_EQ(it.events.size(), kMostEvents + 1U);
  EXPECT_EQ(it.events.back().first, 0x40000003U);
}

TEST(Events, WithoutAnEventLogThereIsNoSink) { EXPECT_FALSE(EventSink(nullptr)); }

TEST(Events, StandBesideTheLogAndObeyItsLevel) {
  const std::string path = testing::TempDir() + "winjob-events-test.log";
  std::remove(path.c_str());
  Recorder it;
  {
    auto sink = MakeLogSink(Severity::kWarning, LogFormat::kLogfmt, path, EventSink(it.writer()));
    ASSERT_TRUE(sink) << sink.error();
    const Log log(std::move(*sink));
    log.Info("stopping");
    log.Error("cannot start", {{"errors", std::string_view("e")}});
    log.Error("a limit cannot be set back");
  }
  EXPECT_THAT(it.events, ElementsAre(Pair(0xC0000005U, "errors: e"), Pair(0xC0000034U, "")));
  const std::string text = Read(path);
  EXPECT_NE(text.find("msg=\"cannot start\" errors=e"), text.npos) << text;
  std::remove(path.c_str());
}

/// Every record of the sources: its message and severities.
std::multimap<std::string, Severity> Records() {
  const std::map<std::string, Severity> kSeverities = {
      {"Info", Severity::kInfo}, {"Warning", Severity::kWarning}, {"Error", Severity::kError}};
  const std::regex record(R"re(\b(Info|Warning|Error)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+))re"), seam(R"("\s*")");
  std::multimap<std::string, Severity> found;
  for (const char* const room : {"agent", "exporter"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(room)) {
      if (entry.path().extension() != ".cc") continue;
      const std::string text = Read(entry.path());
      for (std::sregex_iterator match(text.begin(), text.end(), record), end; match != end; ++match) {
        std::string message = std::regex_replace((*match)[2].str(), seam, "");
        message = message.substr(1, message.rfind('"') - 1);
        found.emplace(message, kSeverities.at((*match)[1]));
      }
    }
  return found;
}

TEST(Events, AreRecordsOfTheSourcesAndEveryErrorIsOne) {
  const auto records = Records();
  ASSERT_GT(records.size(), 40U) << "the sources were not read";
  for (const Event& event : Events()) {
    const auto [first, last] = records.equal_range(std::string(event.message));
    EXPECT_TRUE(std::any_of(first, last, [&](const auto& record) { return record.second == event.severity; }))
        << event.number << ": nothing logs \"" << event.message << "\" with this severity";
  }
  for (const auto& [message, severity] : records) {
    if (severity != Severity::kError) continue;
    const auto events = Events();
    EXPECT_TRUE(std::any_of(events.begin(), events.end(), [&](const Event& event) { return event.message == message; }))
        << "exporter/service/events.mc has no event for the error \"" << message << "\"";
  }
}

TEST(Events, AreListedInTheDocumentation) {
  const std::map<Severity, std::string> kWords = {
      {Severity::kInfo, "information"}, {Severity::kWarning, "warning"}, {Severity::kError, "error"}};
  const std::string text = Read("docs/install.md");
  const std::regex row(R"(\n\| (\d+) \| (information|warning|error) \| ([^|]+) \|)");
  std::vector<std::string> listed, expected;
  for (std::sregex_iterator match(text.begin(), text.end(), row), end; match != end; ++match)
    listed.push_back((*match)[1].str() + " " + (*match)[2].str() + " " + (*match)[3].str());
  for (const Event& event : Events())
    expected.push_back(std::to_string(event.number) + " " + kWords.at(event.severity) + " " +
                       std::string(event.message));
  EXPECT_EQ(listed, expected);
}

}  // namespace
}  // namespace winjob::exporter::service
