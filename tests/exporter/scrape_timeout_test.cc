#include "exporter/scrape_timeout.h"

#include <gtest/gtest.h>

namespace winjob::exporter {
namespace {

using std::chrono::milliseconds;

TEST(ScrapeTimeout, IsReadAsDecimalSeconds) {
  const struct {
    const char* header;
    int wanted;  // in milliseconds
  } kCases[] = {{"10", 10'000},
                {"0.25", 250},
                {"1.5", 1'500},
                {"3.0009", 3'000},
                {"1e1", 10'000},
                {".5", 500},
                {"86399.999", 86'399'999},
                {"0.0001", 0}};
  for (const auto& c : kCases) EXPECT_EQ(ReadScrapeTimeout(c.header), milliseconds(c.wanted)) << c.header;
}

TEST(ScrapeTimeout, AnythingElseIsNone) {
  for (const char* header : {"",    " ",   "10s",      " 10",   "10 ",   "+10",    "-10", "0",   "-0",    "0x10",
                             "nan", "inf", "infinity", "86400", "1e400", "1e-400", "1e",  "1,5", "1.5.5", "ten"})
    EXPECT_EQ(ReadScrapeTimeout(header), std::nullopt) << header;
  EXPECT_EQ(ReadScrapeTimeout(std::string_view("10\0", 3)), std::nullopt);
}

}  // namespace
}  // namespace winjob::exporter
