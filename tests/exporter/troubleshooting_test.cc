// docs/troubleshooting.md quotes the log, the terminal and the metrics; all of that is there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "exporter/service/events.h"

namespace winjob::exporter {
namespace {

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The page as it is read: a line's end is a space.
std::string Page() { return std::regex_replace(Read("docs/troubleshooting.md"), std::regex("\n"), " "); }

/// The sources with literals that are continued on the next line put together, and with plain quotes.
std::string Sources() {
  const std::regex seam(R"("\s*\n\s*")");
  std::string all;
  for (const char* const room : {"winjob", "config", "agent", "exporter"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(room))
      if (entry.path().extension() == ".cc") all += std::regex_replace(Read(entry.path()), seam, "");
  return all;
}

std::set<std::string> Quoted(const std::string& text, const char* pattern) {
  std::set<std::string> found;
  const std::regex regex(pattern);
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match)
    found.insert((*match)[1]);
  return found;
}

/// Whether the text is what a call of a log begins with.
bool IsLogged(const std::string& sources, const std::string& message) {
  const std::string literal = "\"" + message + "\"";
  for (std::size_t at = sources.find(literal); at != sources.npos; at = sources.find(literal, at + 1)) {
    const std::size_t bracket = sources.find_last_not_of(" \n", at - 1);
    const std::string_view before = std::string_view(sources).substr(0, bracket);
    if (sources[bracket] == '(' &&
        (before.ends_with("Info") || before.ends_with("Warning") || before.ends_with("Error")))
      return true;
  }
  return false;
}

TEST(Troubleshooting, EveryRecordThatItQuotesIsLogged) {
  const std::string sources = Sources();
  const auto quoted = Quoted(Page(), R"re(msg="([^"]+)")re");
  EXPECT_GT(quoted.size(), 20U);
  for (const std::string& message : quoted) EXPECT_TRUE(IsLogged(sources, message)) << "nothing logs: " << message;
}

TEST(Troubleshooting, EveryOtherTextThatItQuotesIsInTheSources) {
  const std::string sources = Sources();
  const auto quoted = Quoted(Page(), R"re(says\s+"([^"]+)")re");
  EXPECT_GT(quoted.size(), 4U);
  for (const std::string& text : quoted) EXPECT_NE(sources.find(text), sources.npos) << "nothing says: " << text;
}

TEST(Troubleshooting, EveryMetricThatItNamesIsDocumented) {
  const std::string metrics = Read("docs/metrics.md");
  const auto named = Quoted(Read("docs/troubleshooting.md"), "`(winjob_[a-z_]+)`");
  EXPECT_GT(named.size(), 8U);
  for (const std::string& name : named) {
    if (name == "winjob_exporter") continue;
    EXPECT_NE(metrics.find("`" + name + "`"), metrics.npos) << name;
  }
}

TEST(Troubleshooting, EventsAreNamedByTheirNumber) {
  const std::string text = Page();
  const std::regex pair(R"re(msg="([^"]+)"`\s+\(event (\d+)\))re");
  int named = 0;
  for (std::sregex_iterator match(text.begin(), text.end(), pair), end; match != end; ++match, ++named) {
    const auto events = service::Events();
    const auto found = std::find_if(events.begin(), events.end(),
                                    [&](const service::Event& event) { return event.message == (*match)[1].str(); });
    ASSERT_NE(found, events.end()) << (*match)[1];
    EXPECT_EQ(std::to_string(found->number), (*match)[2]) << (*match)[1];
  }
  EXPECT_GT(named, 8);
}

TEST(Troubleshooting, ItsLinksLeadToHeadingsThatExist) {
  for (const char* const page : {"troubleshooting", "install"}) {
    const std::string text = Read(std::string("docs/") + page + ".md");
    const std::regex link(R"(\]\(([a-z]*)(?:\.md)?#([a-z0-9_-]+)\))");
    for (std::sregex_iterator match(text.begin(), text.end(), link), end; match != end; ++match) {
      const std::string file = (*match)[1].str().empty() ? page : (*match)[1].str();
      std::set<std::string> anchors;
      for (std::string heading : Quoted("\n" + Read("docs/" + file + ".md"), "\n#+ ([^\n]+)")) {
        std::transform(heading.begin(), heading.end(), heading.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        heading = std::regex_replace(heading, std::regex("[^a-z0-9 _-]"), "");
        anchors.insert(std::regex_replace(heading, std::regex(" "), "-"));
      }
      EXPECT_TRUE(anchors.contains((*match)[2])) << page << ".md: " << (*match)[0];
    }
  }
}

}  // namespace
}  // namespace winjob::exporter
