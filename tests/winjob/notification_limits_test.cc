// Thresholds through the library: set, read back, reported once, read, armed again.
#include "winjob/notification_limits.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/fake_kernel/fixture.h"
#include "winjob/notification.h"

namespace winjob {
namespace {

class NotificationLimitsTest : public fake::FakeKernelTest {
 protected:
  // The processes that NOTIFICATION_LIMIT messages at the port name.
  static std::vector<ProcessId> Reports(const Port& port) {
    kernel::Packet buffer[64];
    std::span<kernel::Packet> packets;
    std::vector<ProcessId> processes;
    if (port.Wait(buffer, Timeout(0), packets)) return processes;
    for (const kernel::Packet& packet : packets)
      if (const Notification notification = Decode(packet); notification.event == Event::kNotificationLimit)
        processes.push_back(notification.process);
    return processes;
  }
};

NotificationLimits AllLimits() {
  return {.job_memory = Bytes(1000),
          .job_memory_low = Bytes(100),
          .read_bytes = Bytes(20),
          .write_bytes = Bytes(30),
          .job_user_time = Ticks(40),
          .cpu_rate = RateTolerance{Tolerance::kLow, ToleranceInterval::kMedium},
          .io_rate = RateTolerance{Tolerance::kMedium, ToleranceInterval::kLong},
          .net_rate = RateTolerance{Tolerance::kHigh, ToleranceInterval::kShort}};
}

TEST_F(NotificationLimitsTest, TheTableHasEachKindInItsPlaceAndEachNameOnce) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kNotificationLimits.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(kNotificationLimits[i].kind), i);
    EXPECT_TRUE(names.insert(kNotificationLimits[i].name).second);
  }
}

TEST_F(NotificationLimitsTest, AreSetReplacedAndTakenOff) {
  Job job = *Job::Create();
  EXPECT_EQ(*job.QueryNotificationLimits(), NotificationLimits());
  ASSERT_FALSE(job.SetNotificationLimits(AllLimits()));
  EXPECT_EQ(*job.QueryNotificationLimits(), AllLimits());
  ASSERT_FALSE(job.SetNotificationLimits({.read_bytes = Bytes(5)}));
  EXPECT_EQ(*job.QueryNotificationLimits(), NotificationLimits{.read_bytes = Bytes(5)});
  ASSERT_FALSE(job.SetNotificationLimits({}));
  EXPECT_EQ(*job.QueryNotificationLimits(), NotificationLimits());
}

TEST_F(NotificationLimitsTest, EachIsSetReadBackAndTakenOffAloneAndAmongAllOthers) {
  Job job = *Job::Create();
  for (const NotificationLimit& limit : kNotificationLimits) {
    abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 alone = Encode(AllLimits());
    abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 others = alone;
    alone.LimitFlags = limit.flag;
    others.LimitFlags &= ~limit.flag;
    for (const NotificationLimits& limits : {Decode(alone), AllLimits(), Decode(others), NotificationLimits()}) {
      ASSERT_FALSE(job.SetNotificationLimits(limits)) << limit.name;
      const NotificationLimits back = *job.QueryNotificationLimits();
      EXPECT_EQ(back, limits) << limit.name;
      EXPECT_EQ(limit.holds(back), limit.holds(limits)) << limit.name;
    }
  }
}

TEST_F(NotificationLimitsTest, AreReportedOnceUntilTheViolationIsRead) {
  const Port port = *Port::Create();
  Job job = *Job::Create();
  ASSERT_FALSE(job.NotifyTo(port, 1));
  ASSERT_FALSE(
      job.SetNotificationLimits({.job_memory = Bytes(1000), .read_bytes = Bytes(20), .write_bytes = Bytes(30)}));
  const Process process = fake::StartIn(job);
  fake::Use(process.id(), {.read_bytes = Bytes(20)});
  EXPECT_TRUE(Reports(port).empty()) << "reached is not exceeded";
  fake::Use(process.id(), {.read_bytes = Bytes(1)});
  EXPECT_EQ(Reports(port), std::vector{process.id()});
  fake::Use(process.id(), {.write_bytes = Bytes(31)});
  EXPECT_TRUE(Reports(port).empty()) << "one message stands for both";

  const Violations both = {.read_bytes = Violation<Bytes>{Bytes(21), Bytes(20)},
                           .write_bytes = Violation<Bytes>{Bytes(31), Bytes(30)}};
  EXPECT_EQ(*job.QueryViolations(), both);
  ASSERT_TRUE(fake::Commit(process.id(), Bytes(1001)));
  EXPECT_EQ(Reports(port), std::vector{process.id()}) << "armed again";
  EXPECT_EQ(job.QueryViolations()->job_memory, (Violation<Bytes>{Bytes(1001), Bytes(1000)}));
}

TEST_F(NotificationLimitsTest, RearmedTotalsAreReportedAtEachFurtherStep) {
  const Port port = *Port::Create();
  Job job = *Job::Create();
  ASSERT_FALSE(job.NotifyTo(port, 1));
  const Process process = fake::StartIn(job);
  const NotificationLimits steps = {.job_memory = Bytes(500), .read_bytes = Bytes(20), .write_bytes = Bytes(30)};
  ASSERT_FALSE(job.SetNotificationLimits(steps));
  fake::Use(process.id(), {.read_bytes = Bytes(27)});
  EXPECT_EQ(Reports(port).size(), 1U);

  const Result<Violations> first = job.Rearm(steps);
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, (Violations{.read_bytes = {{Bytes(27), Bytes(20)}}}));
  EXPECT_EQ(*job.QueryNotificationLimits(),
            (NotificationLimits{.job_memory = Bytes(500), .read_bytes = Bytes(47), .write_bytes = Bytes(30)}));
  fake::Use(process.id(), {.read_bytes = Bytes(20)});
  EXPECT_TRUE(Reports(port).empty()) << "47 is not more than 47";
  fake::Use(process.id(), {.read_bytes = Bytes(1), .write_bytes = Bytes(31)});
  EXPECT_EQ(Reports(port).size(), 1U);
  ASSERT_TRUE(job.Rearm(steps));
  EXPECT_EQ(job.QueryNotificationLimits()->read_bytes, Bytes(68));
  EXPECT_EQ(job.QueryNotificationLimits()->write_bytes, Bytes(61));
}

TEST_F(NotificationLimitsTest, ARearmedTimeBeginsAnewAndLevelsStay) {
  const Port port = *Port::Create();
  Job job = *Job::Create();
  ASSERT_FALSE(job.NotifyTo(port, 1));
  const Process process = fake::StartIn(job);
  const NotificationLimits steps = {.job_memory = Bytes(500), .job_user_time = Ticks(40)};
  ASSERT_FALSE(job.SetNotificationLimits(steps));
  for (int round = 0; round < 3; ++round) {
    fake::Use(process.id(), {.user_time = Ticks(41)});
    EXPECT_EQ(Reports(port).size(), 1U) << round;
    ASSERT_TRUE(job.Rearm(steps));
    EXPECT_EQ(*job.QueryNotificationLimits(), steps);
  }
  ASSERT_TRUE(fake::Commit(process.id(), Bytes(501)));
  EXPECT_EQ(Reports(port).size(), 1U);
  const unsigned sets = fake::Calls(fake::Call::kSetInformation);
  ASSERT_TRUE(job.Rearm(steps));
  EXPECT_EQ(fake::Calls(fake::Call::kSetInformation), sets) << "nothing is to be moved";
  fake::Decommit(process.id(), Bytes(100));
  ASSERT_TRUE(fake::Commit(process.id(), Bytes(100)));
  EXPECT_EQ(Reports(port).size(), 1U) << "crossed again";
}

TEST_F(NotificationLimitsTest, LowMemoryIsReportedWhenMemoryDrops) {
  const Port port = *Port::Create();
  Job job = *Job::Create();
  ASSERT_FALSE(job.NotifyTo(port, 1));
  ASSERT_FALSE(job.SetNotificationLimits({.job_memory_low = Bytes(100)}));
  const Process process = fake::StartIn(job);
  ASSERT_TRUE(fake::Commit(process.id(), Bytes(200)));
  EXPECT_TRUE(Reports(port).empty());
  fake::Decommit(process.id(), Bytes(150));
  EXPECT_EQ(Reports(port).size(), 1U);
  EXPECT_EQ(job.QueryViolations()->job_memory_low, (Violation<Bytes>{Bytes(50), Bytes(100)}));
}

TEST_F(NotificationLimitsTest, JobTimeCountsFromWhenItIsSet) {
  const Port port = *Port::Create();
  Job job = *Job::Create();
  ASSERT_FALSE(job.NotifyTo(port, 1));
  const Process process = fake::StartIn(job);
  fake::Use(process.id(), {.user_time = Ticks(500)});
  ASSERT_FALSE(job.SetNotificationLimits({.job_user_time = Ticks(40)}));
  fake::Use(process.id(), {.user_time = Ticks(40)});
  EXPECT_TRUE(Reports(port).empty());
  fake::Use(process.id(), {.user_time = Ticks(2)});
  EXPECT_EQ(Reports(port).size(), 1U);
  EXPECT_EQ(job.QueryViolations()->job_user_time, (Violation<Ticks>{Ticks(42), Ticks(40)}));
  EXPECT_TRUE(fake::Alive(process.id())) << "nothing is enforced";
}

TEST_F(NotificationLimitsTest, RatesAreReportedByTheToleranceTheyReach) {
  const Port port = *Port::Create();
  Job job = *Job::Create("fast");
  ASSERT_FALSE(job.NotifyTo(port, 1));
  ASSERT_FALSE(job.SetNotificationLimits(
      {.cpu_rate = RateTolerance{Tolerance::kMedium}, .io_rate = RateTolerance{}, .net_rate = RateTolerance{}}));
  fake::ExceedRate("fast", fake::Rate::kCpu, 3);
  EXPECT_TRUE(Reports(port).empty()) << "there is no rate to exceed";
  ASSERT_FALSE(job.SetLimits({.cpu = CpuLimit{*CpuWeight::From(2), true},
                              .network = NetworkLimit{Bytes(1), {}},
                              .io = {{IoRate{"C:", 1, {}, 0}}}}));
  fake::ExceedRate("fast", fake::Rate::kCpu, 1);
  EXPECT_TRUE(Reports(port).empty()) << "less than the tolerance";
  fake::ExceedRate("fast", fake::Rate::kCpu, 2);
  fake::ExceedRate("fast", fake::Rate::kIo, 3);
  fake::ExceedRate("fast", fake::Rate::kNet, 3);
  EXPECT_EQ(Reports(port).size(), 1U);
  const Violations all = {.cpu_rate = Violation<Tolerance>{Tolerance::kMedium, Tolerance::kMedium},
                          .io_rate = Violation<Tolerance>{Tolerance::kHigh, Tolerance::kHigh},
                          .net_rate = Violation<Tolerance>{Tolerance::kHigh, Tolerance::kHigh}};
  EXPECT_EQ(*job.QueryViolations(), all);
}

TEST_F(NotificationLimitsTest, AKernelBeforeWindowsTenTakesWhatItKnowsAndTheRestIsRefused) {
  fake::LackClass(abi::InfoClass::kNotificationLimit2);
  fake::LackClass(abi::InfoClass::kLimitViolation2);
  Job job = *Job::Create();
  const NotificationLimitError error = job.SetNotificationLimits(AllLimits());
  EXPECT_EQ(Describe(error), "job_memory_low, io_rate, net_rate: needs Windows 10 or Server 2016: not supported (50)");
  EXPECT_EQ(*job.QueryNotificationLimits(), NotificationLimits());

  NotificationLimits known = AllLimits();
  known.job_memory_low.reset();
  known.io_rate.reset();
  known.net_rate.reset();
  ASSERT_FALSE(job.SetNotificationLimits(known));
  EXPECT_EQ(*job.QueryNotificationLimits(), known);
  const Process process = fake::StartIn(job);
  fake::Use(process.id(), {.read_bytes = Bytes(21)});
  EXPECT_EQ(*job.QueryViolations(), Violations{.read_bytes = (Violation<Bytes>{Bytes(21), Bytes(20)})});
}

TEST_F(NotificationLimitsTest, AKernelWithoutAnyRefusesThem) {
  for (const auto missing : {abi::InfoClass::kNotificationLimit, abi::InfoClass::kNotificationLimit2,
                             abi::InfoClass::kLimitViolation, abi::InfoClass::kLimitViolation2})
    fake::LackClass(missing);
  Job job = *Job::Create();
  EXPECT_FALSE(job.QueryNotificationLimits());
  EXPECT_FALSE(job.QueryViolations());
  EXPECT_EQ(Describe(job.SetNotificationLimits({.read_bytes = Bytes(1)})), "read_bytes: invalid parameter (87)");
}

TEST_F(NotificationLimitsTest, AKernelThatKnowsThemAndCannotDoThemIsNotTakenForAnOldOne) {
  Job job = *Job::Create();
  fake::FailNext(fake::Call::kQueryInformation, Win32Error::kNotSupported);
  EXPECT_EQ(Describe(job.SetNotificationLimits({.job_memory_low = Bytes(1)})), "job_memory_low: not supported (50)");
  EXPECT_EQ(fake::Calls(fake::Call::kSetInformation), 0U);
}

TEST_F(NotificationLimitsTest, TheSmallestThresholdsAreTaken) {
  const NotificationLimits smallest = {.job_memory = Bytes(2),
                                       .job_memory_low = Bytes(1),
                                       .read_bytes = Bytes(1),
                                       .write_bytes = Bytes(1),
                                       .job_user_time = Ticks(1)};
  Job job = *Job::Create();
  ASSERT_FALSE(job.SetNotificationLimits(smallest));
  EXPECT_EQ(*job.QueryNotificationLimits(), smallest);
}

TEST_F(NotificationLimitsTest, WhatCanNeverBeReportedIsRefusedBeforeTheSet) {
  const struct {
    NotificationLimits limits;
    const char* text;
  } cases[] = {
      {{.job_memory = Bytes(0)}, "job_memory: must be more than 0"},
      {{.job_memory_low = Bytes(0)}, "job_memory_low: must be more than 0"},
      {{.read_bytes = Bytes(0)}, "read_bytes: must be more than 0"},
      {{.write_bytes = Bytes(0)}, "write_bytes: must be more than 0"},
      {{.job_user_time = Ticks(0)}, "job_user_time: must be more than 0"},
      {{.job_memory = Bytes(5), .job_memory_low = Bytes(5)},
       "job_memory_low, job_memory: the first must be below the second"},
      {{.cpu_rate = RateTolerance{Tolerance{0}}}, "cpu_rate: no such tolerance"},
      {{.io_rate = RateTolerance{Tolerance{4}}}, "io_rate: no such tolerance"},
      {{.net_rate = RateTolerance{Tolerance::kLow, ToleranceInterval{4}}}, "net_rate: no such tolerance"},
  };
  Job job = *Job::Create();
  for (const auto& [limits, text] : cases)
    EXPECT_EQ(Describe(job.SetNotificationLimits(limits)), std::string(text) + ": invalid parameter (87)");
  EXPECT_EQ(fake::Calls(fake::Call::kSetInformation), 0U);
}

}  // namespace
}  // namespace winjob
