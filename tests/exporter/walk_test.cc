// docs/walk.md names files; each of them exists.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

namespace winjob::exporter {
namespace {

TEST(Walk, EveryFileThatItNamesExists) {
  std::ifstream file("docs/walk.md");
  std::ostringstream buffer;
  buffer << file.rdbuf();
  const std::string text = buffer.str();
  const std::regex path("`((?:winjob|config|agent|exporter|tests)/[A-Za-z0-9_./]*)`");
  int named = 0;
  for (std::sregex_iterator match(text.begin(), text.end(), path), end; match != end; ++match, ++named)
    EXPECT_TRUE(std::filesystem::exists((*match)[1].str())) << (*match)[1];
  EXPECT_GT(named, 20);
}

}  // namespace
}  // namespace winjob::exporter
