#include "config/quantity.h"

#include <gtest/gtest.h>

namespace winjob::config {
namespace {

using std::chrono::milliseconds;

TEST(Duration, IsANumberAndAUnit) {
  const struct {
    const char* text;
    milliseconds expected;
  } kCases[] = {{"1ms", milliseconds(1)},      {"500ms", milliseconds(500)},         {"5s", milliseconds(5'000)},
                {"1.5s", milliseconds(1'500)}, {"2m", milliseconds(120'000)},        {"3h", milliseconds(10'800'000)},
                {"0.4s", milliseconds(400)},   {"576h", milliseconds(2'073'600'000)}};
  for (const auto& c : kCases) {
    const auto value = ParseDuration(c.text);
    ASSERT_TRUE(value) << c.text << ": " << value.error();
    EXPECT_EQ(*value, c.expected) << c.text;
  }
}

TEST(Duration, RefusesEverythingElseByNameWithTheRemedy) {
  const struct {
    const char* text;
    const char* says;
  } kCases[] = {{"", "is not a time"},
                {"5", "write 5s"},
                {"s", "is not a time"},
                {"5 s", "unknown unit"},
                {"5S", "unknown unit \"S\""},
                {"5d", "use ms, s, m or h"},
                {"-5s", "is not a time"},
                {"1e3s", "unknown unit"},
                {"0s", "out of range"},
                {"577h", "out of range"},
                {"nans", "is not a time"},
                {"infs", "is not a time"},
                {"0x10s", "unknown unit"},
                {"1,5s", "unknown unit"},
                {"99999999999999999999h", "out of range"}};
  for (const auto& c : kCases) {
    const auto value = ParseDuration(c.text);
    ASSERT_FALSE(value) << c.text;
    EXPECT_NE(value.error().find(c.says), std::string::npos) << c.text << ": " << value.error();
    EXPECT_NE(value.error().find("\"" + std::string(c.text) + "\""), std::string::npos) << value.error();
  }
}

}  // namespace
}  // namespace winjob::config
