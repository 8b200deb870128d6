// Each threshold and each violation has its own field in the kernel's structures, in both their forms.
#include <gtest/gtest.h>

#include <cstring>

#include "winjob/notification_limits.h"

namespace winjob {
namespace {

using Notification = abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION;
using Notification2 = abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2;

const NotificationLimits kLimitValues = {
    .job_memory = Bytes(23),
    .job_memory_low = Bytes(7),
    .read_bytes = Bytes(11),
    .write_bytes = Bytes(13),
    .job_user_time = Ticks(17),
    .cpu_rate = RateTolerance{Tolerance::kLow, ToleranceInterval::kMedium},
    .io_rate = RateTolerance{Tolerance::kMedium, ToleranceInterval::kLong},
    .net_rate = RateTolerance{Tolerance::kHigh, ToleranceInterval::kShort},
};

constexpr Notification2 kLimitStructure = {.IoReadBytesLimit = 11,
                                           .IoWriteBytesLimit = 13,
                                           .PerJobUserTimeLimit = 17,
                                           .JobHighMemoryLimit = 23,
                                           .CpuRateControlTolerance = 1,
                                           .CpuRateControlToleranceInterval = 2,
                                           .LimitFlags = abi::kNotificationLimit2ValidFlags,
                                           .IoRateControlTolerance = 2,
                                           .JobLowMemoryLimit = 7,
                                           .IoRateControlToleranceInterval = 3,
                                           .NetRateControlTolerance = 3,
                                           .NetRateControlToleranceInterval = 1};

constexpr abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 kViolation = {
    .LimitFlags = abi::kNotificationLimit2ValidFlags,
    .ViolationLimitFlags = abi::kNotificationLimit2ValidFlags,
    .IoReadBytes = 2,
    .IoReadBytesLimit = 3,
    .IoWriteBytes = 5,
    .IoWriteBytesLimit = 7,
    .PerJobUserTime = 11,
    .PerJobUserTimeLimit = 13,
    .JobMemory = 17,
    .JobHighMemoryLimit = 19,
    .CpuRateControlTolerance = 1,
    .CpuRateControlToleranceLimit = 2,
    .JobLowMemoryLimit = 23,
    .IoRateControlTolerance = 3,
    .IoRateControlToleranceLimit = 1,
    .NetRateControlTolerance = 2,
    .NetRateControlToleranceLimit = 3};

const Violations kViolated = {.job_memory = Violation<Bytes>{Bytes(17), Bytes(19)},
                              .job_memory_low = Violation<Bytes>{Bytes(17), Bytes(23)},
                              .read_bytes = Violation<Bytes>{Bytes(2), Bytes(3)},
                              .write_bytes = Violation<Bytes>{Bytes(5), Bytes(7)},
                              .job_user_time = Violation<Ticks>{Ticks(11), Ticks(13)},
                              .cpu_rate = Violation<Tolerance>{Tolerance::kLow, Tolerance::kMedium},
                              .io_rate = Violation<Tolerance>{Tolerance::kHigh, Tolerance::kLow},
                              .net_rate = Violation<Tolerance>{Tolerance::kMedium, Tolerance::kHigh}};

TEST(NotificationCodec, EachThresholdHasItsOwnField) {
  const Notification2 info = Encode(kLimitValues);
  EXPECT_EQ(std::memcmp(&info, &kLimitStructure, offsetof(Notification2, NetRateControlToleranceInterval) + 4), 0);
  EXPECT_EQ(Decode(kLimitStructure), kLimitValues);
}

TEST(NotificationCodec, EachThresholdHasItsOwnFlag) {
  std::uint32_t all = 0;
  for (const NotificationLimit& limit : kNotificationLimits) {
    Notification2 info = kLimitStructure;
    info.LimitFlags = limit.flag;
    const NotificationLimits alone = Decode(info);
    for (const NotificationLimit& other : kNotificationLimits)
      EXPECT_EQ(other.holds(alone), other.kind == limit.kind) << limit.name << " " << other.name;
    EXPECT_EQ(Encode(alone).LimitFlags, limit.flag) << limit.name;
    all |= limit.flag;
  }
  EXPECT_EQ(all, abi::kNotificationLimit2ValidFlags);
}

TEST(NotificationCodec, ZeroTolerancesAreTheKernelsDefaults) {
  Notification2 info{};
  info.LimitFlags = abi::kLimitCpuRateControl;
  EXPECT_EQ(Decode(info).cpu_rate, (RateTolerance{Tolerance::kHigh, ToleranceInterval::kShort}));
}

TEST(NotificationCodec, EachViolationHasItsOwnFields) { EXPECT_EQ(Decode(kViolation), kViolated); }

TEST(NotificationCodec, AViolationIsReadByItsOwnFlagAndItsLimitByThatOfTheLimit) {
  for (const NotificationLimit& limit : kNotificationLimits) {
    auto info = kViolation;
    info.ViolationLimitFlags = limit.flag;
    const Violations alone = Decode(info);
    for (const NotificationLimit& other : kNotificationLimits)
      EXPECT_EQ(other.violated(alone), other.kind == limit.kind) << limit.name << " " << other.name;
  }
  auto info = kViolation;
  info.LimitFlags = 0;
  EXPECT_EQ(Decode(info).read_bytes, (Violation<Bytes>{Bytes(2), {}})) << "dropped since";
}

TEST(NotificationCodec, TheFormsOfWindowsEightAndTenHaveTheSameFields) {
  const Notification narrow = Narrow(kLimitStructure);
  EXPECT_EQ(narrow.IoReadBytesLimit, 11U);
  EXPECT_EQ(narrow.IoWriteBytesLimit, 13U);
  EXPECT_EQ(narrow.PerJobUserTimeLimit, 17);
  EXPECT_EQ(narrow.JobMemoryLimit, 23U);
  EXPECT_EQ(narrow.RateControlTolerance, 1U);
  EXPECT_EQ(narrow.RateControlToleranceInterval, 2U);
  EXPECT_EQ(narrow.LimitFlags, abi::kNotificationLimitValidFlags);

  NotificationLimits common = kLimitValues;
  common.job_memory_low.reset();
  common.io_rate.reset();
  common.net_rate.reset();
  EXPECT_EQ(Decode(Widen(narrow)), common);
}

TEST(NotificationCodec, AViolationOfWindowsEightHasTheSameFields) {
  const abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION older = {.LimitFlags = abi::kNotificationLimitValidFlags,
                                                            .ViolationLimitFlags = abi::kNotificationLimitValidFlags,
                                                            .IoReadBytes = 2,
                                                            .IoReadBytesLimit = 3,
                                                            .IoWriteBytes = 5,
                                                            .IoWriteBytesLimit = 7,
                                                            .PerJobUserTime = 11,
                                                            .PerJobUserTimeLimit = 13,
                                                            .JobMemory = 17,
                                                            .JobMemoryLimit = 19,
                                                            .RateControlTolerance = 1,
                                                            .RateControlToleranceLimit = 2};
  Violations common = kViolated;
  common.job_memory_low.reset();
  common.io_rate.reset();
  common.net_rate.reset();
  EXPECT_EQ(Decode(Widen(older)), common);
}

}  // namespace
}  // namespace winjob
