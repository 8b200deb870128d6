#include "winjob/units.h"

#include <gtest/gtest.h>

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

TEST(Units, NeverComeFromABareNumber) {
  EXPECT_FALSE((std::is_convertible_v<std::int64_t, Ticks>));
  EXPECT_FALSE((std::is_convertible_v<std::uint64_t, Bytes>));
  EXPECT_FALSE((std::is_convertible_v<std::uint32_t, ProcessId>));
  EXPECT_FALSE((std::is_convertible_v<Bytes, std::uint64_t>));
}

}  // namespace
}  // namespace winjob
