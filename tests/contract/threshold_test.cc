// The contract of notification limits: what is reported once, read, and armed again. Nothing is enforced.
#include "tests/contract/fixture.h"
#include "tests/contract/inbox.h"

namespace winjob::contract {
namespace {

using Older = abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION;
using Newer = abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2;

constexpr CompletionKey kKey = 1;
constexpr std::uint64_t kMegabyte = 1 << 20;

class ThresholdContract : public Contract {
 protected:
  void SetUp() override {
    Contract::SetUp();
    WINJOB_NEEDS(Lacking(abi::InfoClass::kNotificationLimit2));
  }
  Job& Watched(Inbox& inbox, const NotificationLimits& limits, std::string_view name = {}) {
    Job& job = NewJob(name);
    EXPECT_FALSE(job.SetNotificationLimits(limits));
    EXPECT_FALSE(job.NotifyTo(inbox.port(), kKey));
    return job;
  }
  // Runs the steps to their end in the job.
  void Finish(const Job& job, Steps steps) {
    steps.insert(steps.end(), {"exit", "0"});
    EXPECT_EQ(ExitCode(Run(steps, job)), 0U);
  }
  // Why this machine cannot watch these thresholds; empty when it can.
  std::string Unwatched(const NotificationLimits& limits) {
    const auto error = NewJob().SetNotificationLimits(limits);
    return error.error == Win32Error::kNotSupported ? "cannot be watched here: " + Describe(error) : "";
  }
  // Whether so many reports have come, and no more come for a moment.
  static bool Reported(Inbox& inbox, int count) {
    const bool came = inbox.Await(kKey, abi::kMsgNotificationLimit, count);
    inbox.Collect(Timeout(50));
    return came && inbox.Count(kKey, abi::kMsgNotificationLimit) == count;
  }
};

struct One {
  const char* name;
  NotificationLimits limits;
};
class EachThresholdContract : public ThresholdContract, public testing::WithParamInterface<One> {};
INSTANTIATE_TEST_SUITE_P(
    Thresholds, EachThresholdContract,
    testing::Values(One{"JobMemory", {.job_memory = Bytes(23 * kMegabyte)}},
                    One{"JobMemoryLow", {.job_memory_low = Bytes(7 * kMegabyte)}},
                    One{"ReadBytes", {.read_bytes = Bytes(11)}}, One{"WriteBytes", {.write_bytes = Bytes(13)}},
                    One{"JobUserTime", {.job_user_time = Ticks(17 * Ticks::kPerSecond)}},
                    One{"CpuRate", {.cpu_rate = RateTolerance{Tolerance::kLow, ToleranceInterval::kMedium}}},
                    One{"IoRate", {.io_rate = RateTolerance{Tolerance::kMedium, ToleranceInterval::kLong}}},
                    One{"NetRate", {.net_rate = RateTolerance{Tolerance::kHigh, ToleranceInterval::kShort}}}),
    [](const auto& one) { return std::string(one.param.name); });

// damon, win32/job_object_test.go: tolerances are accepted before there is a rate
TEST_P(EachThresholdContract, IsSetReadBackAndTakenOff) {
  Job& job = NewJob();
  EXPECT_EQ(Must(job.QueryNotificationLimits()), NotificationLimits());
  const NotificationLimitError error = job.SetNotificationLimits(GetParam().limits);
  if (On("linux") && error.error == Win32Error::kNotSupported) GTEST_SKIP() << "linux: " << Describe(error);
  ASSERT_FALSE(error) << Describe(error);
  EXPECT_EQ(Must(job.QueryNotificationLimits()), GetParam().limits);
  ASSERT_FALSE(job.SetNotificationLimits({}));
  EXPECT_EQ(Must(job.QueryNotificationLimits()), NotificationLimits());
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_limit_violation_information
TEST_F(ThresholdContract, AViolationIsReportedOnceUntilItIsRead) {
  WINJOB_NEEDS(Lacking(Feature::kBytesOfCalls));
  WINJOB_NEEDS(Unwatched({.read_bytes = Bytes(1), .write_bytes = Bytes(1)}));
  Inbox inbox;
  Job& job = Watched(inbox, {.read_bytes = Bytes(3 * kMegabyte), .write_bytes = Bytes(9 * kMegabyte)});
  Finish(job, {"read", "4"});
  EXPECT_TRUE(Reported(inbox, 1));
  Finish(job, {"read", "4", "write", "10"});
  EXPECT_TRUE(Reported(inbox, 1)) << "the second threshold is not reported before the first is read";
  const Violations violations = Must(job.QueryViolations());
  ASSERT_TRUE(violations.read_bytes && violations.write_bytes) << "one report may stand for several";
  EXPECT_EQ(violations.read_bytes->limit, Bytes(3 * kMegabyte));
  EXPECT_GE(violations.read_bytes->measured, Bytes(8 * kMegabyte));
}

// As above
TEST_F(ThresholdContract, ReadingTheViolationArmsTheNextReport) {
  WINJOB_NEEDS(Lacking(Feature::kBytesOfCalls));
  WINJOB_NEEDS(Unwatched({.read_bytes = Bytes(1), .write_bytes = Bytes(1)}));
  Inbox inbox;
  Job& job = Watched(inbox, {.read_bytes = Bytes(3 * kMegabyte), .write_bytes = Bytes(9 * kMegabyte)});
  Finish(job, {"read", "4"});
  ASSERT_TRUE(Reported(inbox, 1));
  EXPECT_TRUE(Must(job.QueryViolations()).read_bytes);
  // The read bytes stay exceeded, of which Windows may or may not report once more: their threshold is taken off.
  ASSERT_FALSE(job.SetNotificationLimits({.write_bytes = Bytes(9 * kMegabyte)}));
  Finish(job, {"write", "10"});
  EXPECT_TRUE(Reported(inbox, 2));
  const Violations violations = Must(job.QueryViolations());
  EXPECT_TRUE(violations.write_bytes);
  EXPECT_FALSE(violations.read_bytes);
}

// As above
TEST_F(ThresholdContract, AThresholdThatIsRaisedIsReportedWhenItIsCrossedAgain) {
  WINJOB_NEEDS(Lacking(Feature::kBytesOfCalls));
  WINJOB_NEEDS(Unwatched({.read_bytes = Bytes(1), .write_bytes = Bytes(1)}));
  Inbox inbox;
  Job& job = Watched(inbox, {.write_bytes = Bytes(3 * kMegabyte)});
  Finish(job, {"write", "4"});
  ASSERT_TRUE(Reported(inbox, 1));
  ASSERT_FALSE(job.SetNotificationLimits({.write_bytes = Bytes(7 * kMegabyte)}));
  EXPECT_EQ(Must(job.QueryViolations()), Violations());
  Finish(job, {"write", "4"});
  EXPECT_TRUE(Reported(inbox, 2));
}

// As above
TEST_F(ThresholdContract, WithoutAPortTheViolationIsThereToBeRead) {
  WINJOB_NEEDS(Lacking(Feature::kBytesOfCalls));
  WINJOB_NEEDS(Unwatched({.read_bytes = Bytes(1), .write_bytes = Bytes(1)}));
  Job& job = NewJob();
  ASSERT_FALSE(job.SetNotificationLimits({.write_bytes = Bytes(kMegabyte)}));
  EXPECT_EQ(Must(job.QueryViolations()), Violations());
  Finish(job, {"write", "2"});
  EXPECT_TRUE(Eventually([&] { return Must(job.QueryViolations()).write_bytes.has_value(); }));
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_notification_limit_information_2
TEST_F(ThresholdContract, ASetReplacesAllThresholds) {
  WINJOB_NEEDS(Unwatched({.read_bytes = Bytes(1), .write_bytes = Bytes(1)}));
  Job& job = NewJob();
  ASSERT_FALSE(job.SetNotificationLimits({.read_bytes = Bytes(5), .write_bytes = Bytes(6)}));
  ASSERT_FALSE(job.SetNotificationLimits({.write_bytes = Bytes(7)}));
  EXPECT_EQ(Must(job.QueryNotificationLimits()), NotificationLimits{.write_bytes = Bytes(7)});
}

// As above
TEST_F(ThresholdContract, MemoryIsReportedButNotRefused) {
  WINJOB_NEEDS(Unwatched({.job_memory = Bytes(1)}));
  Inbox inbox;
  Job& job = Watched(inbox, {.job_memory = Bytes(64 * kMegabyte)});
  const Process& process = Run({"alloc", "128", "sleep", "forever"}, job);
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgNotificationLimit));
  EXPECT_TRUE(Lives(process));
  const Violations violations = Must(job.QueryViolations());
  ASSERT_TRUE(violations.job_memory);
  EXPECT_GE(violations.job_memory->measured, Bytes(64 * kMegabyte));
  EXPECT_FALSE(Must(job.Has(LimitKind::kJobMemory))) << "the limit in force is another thing";
}

// As above
TEST_F(ThresholdContract, LowMemoryIsReportedWhenItDropsNotWhenItWasNeverThere) {
  WINJOB_NEEDS(Unwatched({.job_memory_low = Bytes(1)}));
  Inbox inbox;
  Job& job = Watched(inbox, {.job_memory_low = Bytes(64 * kMegabyte)});
  const Process& process = Run({"alloc", "128", "sleep", "forever"}, job);
  WINJOB_NEEDS(Do(process.id(), {}) ? "" : kNoSuchPower);
  inbox.Collect(Timeout(0));
  EXPECT_EQ(inbox.Count(kKey, abi::kMsgNotificationLimit), 0);
  Do(process.id(), {.decommitted = Bytes(100 * kMegabyte)});
  EXPECT_TRUE(Reported(inbox, 1));
  EXPECT_EQ(Must(job.QueryViolations()).job_memory_low,
            (Violation<Bytes>{Bytes(28 * kMegabyte), Bytes(64 * kMegabyte)}));
}

// As above
TEST_F(ThresholdContract, UserTimeCountsFromWhenItIsSetAndEndsNobody) {
  Inbox inbox;
  Job& job = NewJob();
  ASSERT_FALSE(job.NotifyTo(inbox.port(), kKey));
  const Process& process = Run(kSleep, job);
  WINJOB_NEEDS(Do(process.id(), {.user_time = Ticks(500)}) ? "" : kNoSuchPower);
  ASSERT_FALSE(job.SetNotificationLimits({.job_user_time = Ticks(40)}));
  Do(process.id(), {.user_time = Ticks(40)});
  EXPECT_EQ(Must(job.QueryViolations()), Violations()) << "reached is not exceeded";
  Do(process.id(), {.user_time = Ticks(2)});
  EXPECT_TRUE(Reported(inbox, 1));
  EXPECT_EQ(Must(job.QueryViolations()).job_user_time, (Violation<Ticks>{Ticks(42), Ticks(40)}));
  EXPECT_TRUE(Lives(process));
}

// As above
TEST_F(ThresholdContract, ARateIsReportedWhenItIsExceededForAsLongAsTheToleranceSays) {
  WINJOB_NEEDS(Unwatched({.cpu_rate = RateTolerance{}}));
  Inbox inbox;
  const std::string name = UniqueName("rate");
  Job& job = Watched(inbox, {.cpu_rate = RateTolerance{Tolerance::kMedium}}, name);
  Run(kSleep, job);
  WINJOB_NEEDS(ExceedRate(name, ExceededRate::kCpu, 3) ? "" : kNoSuchPower);
  EXPECT_EQ(Must(job.QueryViolations()), Violations()) << "there is no rate to exceed";
  ASSERT_FALSE(job.SetLimits({.cpu = CpuLimit{*CpuWeight::From(2), true}}));
  ExceedRate(name, ExceededRate::kCpu, 1);
  EXPECT_EQ(Must(job.QueryViolations()), Violations()) << "tolerated";
  ExceedRate(name, ExceededRate::kCpu, 2);
  EXPECT_TRUE(Reported(inbox, 1));
  EXPECT_EQ(Must(job.QueryViolations()).cpu_rate, (Violation<Tolerance>{Tolerance::kMedium, Tolerance::kMedium}));
}

// As above
TEST_F(ThresholdContract, EachRateHasItsOwnTolerance) {
  const std::string name = UniqueName("rates");
  Job& job = NewJob(name);
  WINJOB_NEEDS(ExceedRate(name, ExceededRate::kIo, 0) ? "" : kNoSuchPower);
  ASSERT_FALSE(job.SetLimits({.network = NetworkLimit{Bytes(1), {}}, .io = {{IoRate{"", 1, {}, 0}}}}));
  ASSERT_FALSE(job.SetNotificationLimits(
      {.io_rate = RateTolerance{Tolerance::kLow}, .net_rate = RateTolerance{Tolerance::kHigh}}));
  ExceedRate(name, ExceededRate::kIo, 2);
  ExceedRate(name, ExceededRate::kNet, 2);
  EXPECT_EQ(Must(job.QueryViolations()),
            Violations{.io_rate = (Violation<Tolerance>{Tolerance::kMedium, Tolerance::kLow})});
  ExceedRate(name, ExceededRate::kIo, 0);
  ExceedRate(name, ExceededRate::kNet, 3);
  EXPECT_EQ(Must(job.QueryViolations()),
            Violations{.net_rate = (Violation<Tolerance>{Tolerance::kHigh, Tolerance::kHigh})});
}

// As above: "zero" stands for the defaults
TEST_F(ThresholdContract, TolerancesOfZeroAreTheDefaultsAndThoseAboveThreeAreRefused) {
  WINJOB_NEEDS(Unwatched({.cpu_rate = RateTolerance{}}));
  Job& job = NewJob();
  Newer info{};
  info.LimitFlags = abi::kLimitCpuRateControl;
  ASSERT_FALSE(Set(job.raw(), info));
  EXPECT_EQ(Must(job.QueryNotificationLimits()).cpu_rate, (RateTolerance{Tolerance::kHigh, ToleranceInterval::kShort}));
  for (std::uint32_t Newer::*field : {&Newer::CpuRateControlTolerance, &Newer::CpuRateControlToleranceInterval}) {
    Newer bad = info;
    bad.*field = 4;
    EXPECT_EQ(Set(job.raw(), bad), Win32Error::kInvalidParameter);
  }
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_notification_limit_information
TEST_F(ThresholdContract, EachFormTakesOnlyItsOwnFlags) {
  const Job& job = NewJob();
  Older older{};
  older.LimitFlags = abi::kLimitJobMemoryLow;
  EXPECT_EQ(Set(job.raw(), older), Win32Error::kInvalidParameter);
  Newer newer{};
  newer.LimitFlags = abi::kLimitKillOnJobClose;
  EXPECT_EQ(Set(job.raw(), newer), Win32Error::kInvalidParameter);
}

// As above
TEST_F(ThresholdContract, BothFormsTellTheSameThresholds) {
  WINJOB_NEEDS(Unwatched({.read_bytes = Bytes(1), .write_bytes = Bytes(1)}));
  Job& job = NewJob();
  ASSERT_FALSE(job.SetNotificationLimits({.read_bytes = Bytes(5), .write_bytes = Bytes(6)}));
  Older older{};
  ASSERT_FALSE(Query(job.raw(), older));
  EXPECT_EQ(older.LimitFlags, abi::kLimitJobReadBytes | abi::kLimitJobWriteBytes);
  EXPECT_EQ(older.IoReadBytesLimit, 5U);
  EXPECT_EQ(older.IoWriteBytesLimit, 6U);
  older.LimitFlags = abi::kLimitJobReadBytes;
  older.IoReadBytesLimit = 50;
  ASSERT_FALSE(Set(job.raw(), older));
  EXPECT_EQ(Must(job.QueryNotificationLimits()), NotificationLimits{.read_bytes = Bytes(50)});
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_limit_violation_information
TEST_F(ThresholdContract, ViolationsCannotBeSet) {
  const Job& job = NewJob();
  EXPECT_TRUE(Set(job.raw(), abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION{}));
  EXPECT_TRUE(Set(job.raw(), abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2{}));
}

}  // namespace
}  // namespace winjob::contract
