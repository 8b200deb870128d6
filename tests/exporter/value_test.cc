#include "exporter/value.h"

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
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

// Every length, and what stands at its edges: eight digits at a time must not show.
TEST(Value, IntegersOfEveryLengthAreWhatTheStandardLibraryWrites) {
  std::mt19937_64 random(101);
  std::uint64_t power = 1;
  for (int digits = 1; digits <= 20; ++digits, power *= 10)
    for (std::uint64_t value : {power - 1, power, power + 1, power + random() % power, power * 9 / 7})
      EXPECT_EQ(Write(value), std::to_string(value));
  for (std::uint64_t value = 0; value < 20'000; ++value) ASSERT_EQ(Write(value), std::to_string(value));
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

TEST(Value, RealsAreTheShortestTextAndWholeOnesHaveNoExponent) {
  const struct {
    double value;
    const char* text;
  } kCases[] = {{0.0, "0"},
                {-0.0, "-0"},
                {1.0, "1"},
                {-1.5, "-1.5"},
                {0.1, "0.1"},
                {0.3, "0.3"},
                {0.1 + 0.2, "0.30000000000000004"},
                {1.0 / 3, "0.3333333333333333"},
                {2.5, "2.5"},
                {0.0000001, "0.0000001"},
                {1e-8, "1e-08"},
                {123456.7890123, "123456.7890123"},
                {99999999.9999999, "99999999.9999999"},
                {1'700'000'000.125, "1700000000.125"},
                {1e15, "1000000000000000"},
                {9'007'199'254'740'991.0, "9007199254740991"},
                {1e22, "1e+22"},
                {5e-324, "5e-324"},
                {1.7976931348623157e308, "1.7976931348623157e+308"}};
  for (const auto& c : kCases) EXPECT_EQ(Write(c.value), c.text);
}

// Against the standard library's shortest text, by its length: decimals of up to seven places take another way here.
TEST(Value, NoRealHasAShorterText) {
  std::mt19937_64 random(103);
  for (int i = 0; i < 20'000; ++i) {
    const double value = static_cast<double>(random() % 100'000'000'000'000) / std::pow(10.0, random() % 12);
    char shortest[64];
    const auto end = std::to_chars(shortest, shortest + sizeof(shortest), value, std::chars_format::fixed).ptr;
    EXPECT_LE(Write(value).size(), static_cast<std::size_t>(end - shortest)) << value;
  }
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
