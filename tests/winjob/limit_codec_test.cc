// Each limit goes into its own field of the kernel's structure and comes from there.
#include "winjob/limit_codec.h"

#include <gtest/gtest.h>

#include <cstring>

#include "tests/winjob/limit_samples.h"

namespace winjob {
namespace {

using abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION;

JOBOBJECT_EXTENDED_LIMIT_INFORMATION Distinct() {
  return {.BasicLimitInformation = {.PerProcessUserTimeLimit = 17,
                                    .PerJobUserTimeLimit = 19,
                                    .LimitFlags = 0x6FBF,  // all but PRESERVE_JOB_TIME and silent breakaway
                                    .MinimumWorkingSetSize = 7 * kPage,
                                    .MaximumWorkingSetSize = 11 * kPage,
                                    .ActiveProcessLimit = 23,
                                    .Affinity = 0x0D,
                                    .PriorityClass = 0x4000,
                                    .SchedulingClass = 3},
          .IoInfo = {},
          .ProcessMemoryLimit = 29 * kPage,
          .JobMemoryLimit = 31 * kPage,
          .PeakProcessMemoryUsed = 0,
          .PeakJobMemoryUsed = 0};
}

// The part of the samples that class 9 holds.
Limits OfClass9() {
  Limits limits;
  for (const Limit& limit : kLimits)
    if (limit.flags != 0) limit.copy(AllSamples(), limits);
  return limits;
}

TEST(LimitCodec, EachLimitGoesIntoItsOwnField) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  Encode(OfClass9(), info);
  const JOBOBJECT_EXTENDED_LIMIT_INFORMATION expected = Distinct();
  EXPECT_EQ(info.BasicLimitInformation.LimitFlags, expected.BasicLimitInformation.LimitFlags);
  EXPECT_EQ(std::memcmp(&info, &expected, sizeof(info)), 0);
  EXPECT_EQ(Decode(Distinct()), OfClass9());
}

TEST(LimitCodec, EachLimitAloneSetsItsOwnFlagAndIsReadByIt) {
  for (const Limit& limit : kLimits) {
    if (limit.flags == 0) continue;
    Limits alone;
    limit.copy(AllSamples(), alone);
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
    Encode(alone, info);
    const std::uint32_t flags = limit.kind == LimitKind::kBreakaway ? abi::kLimitBreakawayOk : limit.flags;
    EXPECT_EQ(info.BasicLimitInformation.LimitFlags, flags) << limit.name;
    EXPECT_EQ(Decode(info), alone) << limit.name;

    info = Distinct();
    info.BasicLimitInformation.LimitFlags = flags;
    EXPECT_EQ(Decode(info), alone) << limit.name;
  }
}

TEST(LimitCodec, WhatTheChangeDoesNotHaveStaysAsItIs) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION info = Distinct();
  Encode({.active_processes = 37}, info);
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION expected = Distinct();
  expected.BasicLimitInformation.ActiveProcessLimit = 37;
  EXPECT_EQ(std::memcmp(&info, &expected, sizeof(info)), 0);
}

TEST(LimitCodec, EachSwitchTakesItsOwnFlagAway) {
  constexpr std::uint32_t kAll = 0x7FBF;  // both ways to break away, too
  const struct {
    Limits change;
    std::uint32_t left;
  } cases[] = {
      {{.subset_affinity = false}, 0x3FBF},    {{.die_on_unhandled_exception = false}, 0x7BBF},
      {{.kill_on_close = false}, 0x5FBF},      {{.breakaway = Breakaway::kNone}, 0x67BF},
      {{.breakaway = Breakaway::kOk}, 0x6FBF}, {{.breakaway = Breakaway::kSilent}, 0x77BF},
  };
  for (const auto& [change, left] : cases) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION info = Distinct();
    info.BasicLimitInformation.LimitFlags = kAll;
    Encode(change, info);
    EXPECT_EQ(info.BasicLimitInformation.LimitFlags, left) << std::hex << left;
  }
}

TEST(LimitCodec, SilentBreakawayGoesFurtherThanTheOther) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  info.BasicLimitInformation.LimitFlags = 0x1000;
  EXPECT_EQ(Decode(info), Limits{.breakaway = Breakaway::kSilent});
  info.BasicLimitInformation.LimitFlags = 0x1800;
  EXPECT_EQ(Decode(info), Limits{.breakaway = Breakaway::kSilent});
}

TEST(LimitCodec, ASchedulingClassOutOfRangeIsNotAValue) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION info = Distinct();
  info.BasicLimitInformation.SchedulingClass = 10;
  EXPECT_FALSE(Decode(info).scheduling_class);
}

TEST(LimitCodec, CpuRatesAreWhatTheDocumentationSays) {
  // https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_cpu_rate_control_information
  const CpuRate rate = *CpuRate::FromHundredths(0x1234);
  const struct {
    CpuLimit limit;
    std::uint32_t flags;
    std::uint32_t value;
  } cases[] = {
      {{CpuCap{rate, true}, false}, 0x5, 0x1234},
      {{CpuCap{rate, false}, false}, 0x1, 0x1234},
      {{CpuCap{rate, false}, true}, 0x9, 0x1234},
      {{*CpuWeight::From(7), false}, 0x3, 7},
      {{*CpuWeight::From(7), true}, 0xB, 7},
      {{CpuRange{*CpuRate::FromHundredths(0x0102), rate}, false}, 0x11, 0x12340102},  // the minimum comes first
  };
  for (const auto& [limit, flags, value] : cases) {
    const abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION info = Encode(limit);
    std::uint32_t words[2];
    std::memcpy(words, &info, sizeof(words));
    EXPECT_EQ(words[0], flags);
    EXPECT_EQ(words[1], value) << flags;
    EXPECT_EQ(Decode(info), limit) << flags;
  }
}

TEST(LimitCodec, ACpuRateThatIsOffOrImpossibleIsNoLimit) {
  for (const auto& [flags, value] : {std::pair{0x0U, 5U},
                                     {0x4U, 5U},
                                     {0x5U, 0U},
                                     {0x5U, 10'001U},
                                     {0x3U, 0U},
                                     {0x3U, 10U},
                                     {0x11U, 0x0000'0001U},
                                     {0x11U, 0x0001'0000U}}) {
    abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION info{};
    info.ControlFlags = flags;
    info.CpuRate = value;
    EXPECT_FALSE(Decode(info)) << flags << " " << value;
  }
}

TEST(LimitCodec, NetworkRatesAreWhatTheDocumentationSays) {
  // https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_net_rate_control_information
  const struct {
    NetworkLimit limit;
    std::uint64_t bandwidth;
    std::uint32_t flags;
    std::uint8_t tag;
  } cases[] = {
      {{Bytes(123), Dscp::From(45)}, 123, 0x7, 45},
      {{Bytes(123), {}}, 123, 0x3, 0},
      {{{}, Dscp::From(45)}, 0, 0x5, 45},
  };
  for (const auto& [limit, bandwidth, flags, tag] : cases) {
    const abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION info = Encode(limit);
    EXPECT_EQ(info.MaxBandwidth, bandwidth);
    EXPECT_EQ(info.ControlFlags, flags);
    EXPECT_EQ(info.DscpTag, tag);
    EXPECT_EQ(Decode(info), limit);
  }
  EXPECT_FALSE(Decode(abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION{123, 0x6, 45}));
}

}  // namespace
}  // namespace winjob
