#include "agent/counter_guard.h"

#include <gtest/gtest.h>

namespace winjob::agent {
namespace {

Counters Reading(std::uint32_t processes, std::int64_t user, std::uint32_t faults) {
  Counters counters;
  counters.total_processes = processes;
  counters.user_time = Ticks(user);
  counters.page_faults = faults;
  counters.read_bytes = Bytes(static_cast<std::uint64_t>(user) * 3);
  return counters;
}

class CounterGuardTest : public testing::Test {
 protected:
  Counters Pass(Counters counters) {
    guard_.Pass(counters, faults_);
    return counters;
  }
  CounterGuard guard_;
  std::optional<std::uint64_t> faults_;
};

TEST_F(CounterGuardTest, WhatRisesPassesUnchanged) {
  for (std::uint32_t n = 1; n < 5; ++n) {
    EXPECT_EQ(Pass(Reading(n, n * 10, n * 100)), Reading(n, n * 10, n * 100));
    EXPECT_EQ(faults_, n * 100u);
  }
  EXPECT_EQ(guard_.regressions(), 0u);
}

TEST_F(CounterGuardTest, PageFaultsGoOnOverTheWrap) {
  (void)Pass(Reading(1, 1, 0xFFFFFF00));
  EXPECT_EQ(faults_, 0xFFFFFF00u);
  (void)Pass(Reading(1, 2, 0x100));
  EXPECT_EQ(faults_, 0x1'0000'0100u);
  (void)Pass(Reading(1, 3, 0xFFFFFFFF));
  (void)Pass(Reading(1, 4, 5));
  EXPECT_EQ(faults_, 0x2'0000'0005u);
  EXPECT_EQ(guard_.regressions(), 0u);
}

TEST_F(CounterGuardTest, WhatFallsIsWithheldAndCountedAndComesBack) {
  (void)Pass(Reading(5, 50, 500));
  const Counters fallen = Pass(Reading(0, 0, 0));  // a glitch: all zeros
  EXPECT_FALSE(fallen.total_processes);
  EXPECT_FALSE(fallen.user_time);
  EXPECT_FALSE(fallen.read_bytes);
  EXPECT_FALSE(faults_) << "taken for a wrap";
  EXPECT_EQ(guard_.regressions(), 4u);
  EXPECT_EQ(Pass(Reading(6, 60, 600)), Reading(6, 60, 600));
  EXPECT_EQ(faults_, 600u);
}

TEST_F(CounterGuardTest, OneFieldThatFallsHidesNoOther) {
  (void)Pass(Reading(5, 50, 500));
  Counters reading = Reading(6, 60, 600);
  reading.user_time = Ticks(49);
  const Counters passed = Pass(reading);
  EXPECT_FALSE(passed.user_time);
  EXPECT_EQ(passed.total_processes, 6u);
  EXPECT_EQ(faults_, 600u);
  EXPECT_EQ(guard_.regressions(), 1u);
}

TEST_F(CounterGuardTest, WhatStaysLessIsANewBeginning) {
  (void)Pass(Reading(500, 500, 500));
  for (unsigned n = 1; n <= CounterGuard::kPatience; ++n) EXPECT_FALSE(Pass(Reading(n, n, n)).total_processes);
  EXPECT_EQ(Pass(Reading(20, 20, 20)), Reading(20, 20, 20));
  EXPECT_EQ(faults_, 20u);
  (void)Pass(Reading(21, 21, 25));
  EXPECT_EQ(faults_, 25u);
}

TEST_F(CounterGuardTest, PageFaultsAloneThatStayLessAreANewBeginningToo) {
  (void)Pass(Reading(1, 1, 1'000));
  for (unsigned n = 1; n <= CounterGuard::kPatience; ++n) {
    (void)Pass(Reading(1, 1, 10));
    EXPECT_FALSE(faults_);
  }
  (void)Pass(Reading(1, 1, 10));
  EXPECT_EQ(faults_, 10u);
}

TEST_F(CounterGuardTest, AnotherObjectBeginsAnew) {
  (void)Pass(Reading(5, 50, 500));
  guard_.Reset();
  EXPECT_EQ(Pass(Reading(1, 2, 3)), Reading(1, 2, 3));
  EXPECT_EQ(faults_, 3u);
  EXPECT_EQ(guard_.regressions(), 0u);
}

TEST_F(CounterGuardTest, AnUnknownFieldStaysUnknown) {
  EXPECT_EQ(Pass(Counters{}), Counters{});
  EXPECT_FALSE(faults_);
  EXPECT_EQ(Pass(Reading(1, 2, 3)), Reading(1, 2, 3)) << "known later";
}

}  // namespace
}  // namespace winjob::agent
