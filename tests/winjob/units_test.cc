#include "winjob/units.h"

#include <gtest/gtest.h>

#include <limits>
#include <type_traits>

namespace winjob {
namespace {

TEST(Ticks, AreAHundredNanosecondsEach) {
  EXPECT_DOUBLE_EQ(Ticks(10'000'000).seconds(), 1.0);
  EXPECT_DOUBLE_EQ(Ticks(1).seconds(), 1e-7);
  EXPECT_DOUBLE_EQ(Ticks(-15'000'000).seconds(), -1.5);
  EXPECT_EQ(Ticks().count(), 0);
}

TEST(Ticks, KeepMillenniaExactly) {
  constexpr std::int64_t kThousandYears = 1'000LL * 366 * 86'400 * Ticks::kPerSecond + 1;
  EXPECT_EQ(Ticks(kThousandYears).count(), kThousandYears);
}

TEST(Units, AreOrdered) {
  EXPECT_LT(Ticks(-1), Ticks(2));
  EXPECT_EQ(Ticks(3), Ticks(3));
  EXPECT_LT(Bytes(4), Bytes(~std::uint64_t{0}));
  EXPECT_EQ(Bytes(5), Bytes(5));
}

template <class Number>
void ExpectRange(std::uint32_t min, std::uint32_t max) {
  if (min > 0) {
    EXPECT_FALSE(Number::From(min - 1));
  }
  EXPECT_EQ(Number::From(min)->value(), min);
  EXPECT_EQ(Number::From(max)->value(), max);
  EXPECT_FALSE(Number::From(max + 1));
  EXPECT_FALSE(Number::From(0x1'0000'0000 + max)) << "not cut off";
}

TEST(Ranged, CannotBeBuiltOutOfRange) {
  ExpectRange<CpuWeight>(1, 9);
  ExpectRange<SchedulingClass>(0, 9);
  ExpectRange<Dscp>(0, 0x3F);
  EXPECT_FALSE((std::is_constructible_v<CpuWeight, std::uint32_t>));
  EXPECT_LT(*CpuWeight::From(2), *CpuWeight::From(3));
}

TEST(CpuRate, IsBetweenAHundredthOfAPercentAndTheWholeMachine) {
  EXPECT_FALSE(CpuRate::FromHundredths(0));
  EXPECT_EQ(CpuRate::FromHundredths(1)->hundredths(), 1U);
  EXPECT_EQ(CpuRate::FromHundredths(10'000)->hundredths(), 10'000U);
  EXPECT_FALSE(CpuRate::FromHundredths(10'001));
  EXPECT_FALSE(CpuRate::FromHundredths(0x1'0000'0001));
  EXPECT_DOUBLE_EQ(CpuRate::FromHundredths(1234)->percent(), 12.34);
}

TEST(CpuRate, ComesFromPercent) {
  EXPECT_EQ(CpuRate::FromPercent(12.34)->hundredths(), 1234U);
  EXPECT_EQ(CpuRate::FromPercent(100)->hundredths(), 10'000U);
  EXPECT_EQ(CpuRate::FromPercent(0.0001)->hundredths(), 1U) << "a limit, not none";
  for (const double wrong :
       {0.0, -1.0, 100.01, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    EXPECT_FALSE(CpuRate::FromPercent(wrong)) << wrong;
}

TEST(CpuRate, ComesFromCoresOfAnyNumberOfProcessors) {
  EXPECT_EQ(CpuRate::FromCores(2.5, 4)->hundredths(), 6250U);
  EXPECT_EQ(CpuRate::FromCores(1, 3)->hundredths(), 3333U);
  EXPECT_EQ(CpuRate::FromCores(1, 96)->hundredths(), 104U);
  EXPECT_EQ(CpuRate::FromCores(65, 130)->hundredths(), 5000U) << "more than one processor group";
  EXPECT_EQ(CpuRate::FromCores(1024, 1024)->hundredths(), 10'000U);
  EXPECT_EQ(CpuRate::FromCores(0.01, 1024)->hundredths(), 1U);
  EXPECT_DOUBLE_EQ(CpuRate::FromCores(2.5, 4)->cores(4), 2.5);
  for (const double wrong : {0.0, -1.0, 4.1, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_FALSE(CpuRate::FromCores(wrong, 4)) << wrong;
  EXPECT_FALSE(CpuRate::FromCores(1, 0));
}

TEST(Units, NeverComeFromABareNumber) {
  EXPECT_FALSE((std::is_convertible_v<std::int64_t, Ticks>));
  EXPECT_FALSE((std::is_convertible_v<std::uint64_t, Bytes>));
  EXPECT_FALSE((std::is_convertible_v<std::uint32_t, ProcessId>));
  EXPECT_FALSE((std::is_convertible_v<Bytes, std::uint64_t>));
}

}  // namespace
}  // namespace winjob
