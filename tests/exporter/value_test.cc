#include "exporter/value.h"

#include <gtest/gtest.h>

#include <charconv>
#include <cstring>
#include <limits>
#include <random>
#include <string>

namespace winjob::exporter {
namespace {

std::string Write(Value value) {
  char text[Value::kMaxText];
  return {text, WriteValue(value, text)};
}

TEST(Value, IntegersAreIntegers) {
  EXPECT_EQ(Write(std::uint64_t{0}), "0");
  EXPECT_EQ(Write(std::uint64_t{1'234'567}), "1234567");
  EXPECT_EQ(Write(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(Value, TicksAreExactSeconds) {
  const struct {
    std::int64_t ticks;
    const char* text;
  } kCases[] = {{0, "0"},
                {1, "0.0000001"},
                {10, "0.000001"},
                {10'000'000, "1"},
                {12'500'000, "1.25"},
                {156'250, "0.015625"},
                {9'999'999, "0.9999999"},
                {-15'000'000, "-1.5"},
                {std::numeric_limits<std::int64_t>::max(), "922337203685.4775807"},
                {std::numeric_limits<std::int64_t>::min(), "-922337203685.4775808"}};
  for (const auto& c : kCases) EXPECT_EQ(Write(Ticks(c.ticks)), c.text) << c.ticks;
}

// https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md: NaN, +Inf and -Inf
TEST(Value, SpecialRealsAreSpeltAsTheFormatSays) {
  EXPECT_EQ(Write(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(Write(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(Write(-std::numeric_limits<double>::infinity()), "-Inf");
}

TEST(Value, RealsReadBackEqual) {
  std::mt19937_64 random(4711);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t bits = random();
    double value = 0;
    static_assert(sizeof(value) == sizeof(bits));
    std::memcpy(&value, &bits, sizeof(value));
    if (value != value) continue;
    const std::string text = Write(value);
    if (text.find("Inf") != std::string::npos) continue;
    double read = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
    ASSERT_EQ(error, std::errc()) << text;
    EXPECT_EQ(read, value) << text;
  }
}

}  // namespace
}  // namespace winjob::exporter
