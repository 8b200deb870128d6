// Notification limits of a job on the fake kernel: each crossing is counted once, and the next one too.
#include <gtest/gtest.h>

#include "agent/watched_job.h"
#include "config/load.h"
#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

using enum NotificationKind;

class ThresholdsTest : public testing::Test {
 protected:
  static Port FreshPort() {
    fake::Reset();
    return *Port::Create();
  }

  void Watch(const std::string& keys) {
    const auto config = config::Load("jobs: [{name: build, start: [{command: [a.exe]}], " + keys + "}]");
    ASSERT_TRUE(config) << config::Describe(keys, config.error()[0]);
    entry_ = boxes_.Open();
    job_.emplace(config->jobs[0], "", entry_, log_);
    (void)Poll();
    process_ = fake::StartedProcesses().back().id;
  }

  // Delivers what the job has posted, as the watcher does, then polls.
  JobSample Poll() {
    std::array<kernel::Packet, 64> buffer;
    std::span<kernel::Packet> packets;
    while (!port_.Wait(buffer, Timeout::zero(), packets))
      for (const kernel::Packet& packet : packets) entry_.box->events.Add(Decode(packet).event);
    JobSample sample;
    job_->Poll(port_, ++mark_, sample);
    return sample;
  }

  std::uint64_t Violations(NotificationKind kind) { return Poll().violations[static_cast<std::size_t>(kind)]; }

  void Use(const fake::Usage& usage) const { fake::Use(process_, usage); }
  void Read(std::uint64_t bytes) const {
    fake::Usage usage;
    usage.read_bytes = Bytes(bytes);
    Use(usage);
  }

  std::uint64_t mark_ = 0;
  RecordedLog records_;
  const Log log_ = records_.log();
  const Port port_ = FreshPort();
  Mailboxes boxes_;
  Mailboxes::Entry entry_{};
  std::optional<WatchedJob> job_;
  ProcessId process_{};
};

TEST_F(ThresholdsTest, AnAmountIsReportedForEachFurtherStep) {
  Watch("notify: {read_bytes: 100B, write_bytes: 1000B}");
  Read(99);
  EXPECT_EQ(Violations(kReadBytes), 0u);
  Read(31);
  EXPECT_EQ(Violations(kReadBytes), 1u);
  EXPECT_EQ(records_.Count({"a notification limit is exceeded", "job_object=build", "limit=read_bytes", "measured=130B",
                            "threshold=100B"}),
            1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Violations(kReadBytes), 1u) << "what stays exceeded is not reported again";
  Read(60);
  EXPECT_EQ(Violations(kReadBytes), 1u);
  Read(11);  // 201
  EXPECT_EQ(Violations(kReadBytes), 2u);
  Read(700);  // 901: one report for many steps
  EXPECT_EQ(Violations(kReadBytes), 3u);
  Read(100);  // 1001
  EXPECT_EQ(Violations(kReadBytes), 4u);
  EXPECT_EQ(Violations(kWriteBytes), 0u);
}

TEST_F(ThresholdsTest, MemoryIsReportedAgainAfterItWasOnTheOtherSide) {
  Watch("notify: {job_memory: 10MiB, job_memory_low: 2MiB}");
  ASSERT_TRUE(fake::Commit(process_, Bytes(11 << 20)));
  EXPECT_EQ(Violations(kJobMemory), 1u);
  ASSERT_TRUE(fake::Commit(process_, Bytes(5 << 20)));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Violations(kJobMemory), 1u);
  fake::Decommit(process_, Bytes(13 << 20));  // 3 MiB
  EXPECT_EQ(Violations(kJobMemory), 1u);
  ASSERT_TRUE(fake::Commit(process_, Bytes(8 << 20)));
  EXPECT_EQ(Violations(kJobMemory), 2u);
  fake::Decommit(process_, Bytes(10 << 20));  // 1 MiB
  EXPECT_EQ(Violations(kJobMemoryLow), 1u);
  ASSERT_TRUE(fake::Commit(process_, Bytes(4 << 20)));
  EXPECT_EQ(Violations(kJobMemoryLow), 1u);
  fake::Decommit(process_, Bytes(4 << 20));
  EXPECT_EQ(Violations(kJobMemoryLow), 2u);
  EXPECT_EQ(Violations(kJobMemory), 2u);
}

TEST_F(ThresholdsTest, UserTimeGoesOnWhenAnotherThresholdIsSetAgain) {
  Watch("notify: {job_user_time: 1s, read_bytes: 10B}");
  fake::Usage usage;
  usage.user_time = Ticks(6'000'000);
  Use(usage);
  Read(11);
  EXPECT_EQ(Violations(kReadBytes), 1u) << "this sets all thresholds again";
  Use(usage);  // 1.2 s in all
  EXPECT_EQ(Violations(kJobUserTime), 1u);
  Use(usage);  // 1.8 s
  EXPECT_EQ(Violations(kJobUserTime), 1u);
  Use(usage);  // 2.4 s
  EXPECT_EQ(Violations(kJobUserTime), 2u);
  EXPECT_EQ(records_.Count({"limit=job_user_time", "measured="}), 2);
}

TEST_F(ThresholdsTest, ARateIsReportedOnceInItsInterval) {
  Watch(
      "limits: {cpu: {cap: 50%}, network: {outgoing: 1MB/s}, io: [{iops: 5}]}, notify: {cpu_rate: {tolerance: low, "
      "interval: long}, net_rate: {tolerance: high, interval: long}, io_rate: {tolerance: medium, interval: long}}");
  fake::ExceedRate("winjob-build", fake::Rate::kCpu, 2);
  EXPECT_EQ(Violations(kCpuRate), 1u);
  EXPECT_EQ(records_.Count({"limit=cpu_rate", "measured=medium", "threshold=low"}), 1);
  fake::ExceedRate("winjob-build", fake::Rate::kCpu, 0);
  fake::ExceedRate("winjob-build", fake::Rate::kCpu, 3);
  EXPECT_EQ(Violations(kCpuRate), 1u) << "ten minutes have not passed";
  fake::ExceedRate("winjob-build", fake::Rate::kNet, 2);
  EXPECT_EQ(Violations(kNetRate), 0u);
  fake::ExceedRate("winjob-build", fake::Rate::kNet, 3);
  fake::ExceedRate("winjob-build", fake::Rate::kIo, 2);
  const JobSample sample = Poll();
  EXPECT_EQ(sample.violations[static_cast<std::size_t>(kNetRate)], 1u);
  EXPECT_EQ(sample.violations[static_cast<std::size_t>(kIoRate)], 1u);
}

TEST_F(ThresholdsTest, WhatTheKernelRefusesIsNamedAndTheRestIsSet) {
  fake::LackClass(abi::InfoClass::kNotificationLimit2);
  fake::LackClass(abi::InfoClass::kLimitViolation2);
  Watch("notify: {job_memory_low: 1MiB, read_bytes: 50B}");
  const JobSample sample = Poll();
  EXPECT_TRUE(sample.refused_thresholds[static_cast<std::size_t>(kJobMemoryLow)]);
  EXPECT_FALSE(sample.refused_thresholds[static_cast<std::size_t>(kReadBytes)]);
  EXPECT_EQ(records_.Count({"a notification limit cannot be set", "limit=job_memory_low", "needs Windows 10"}), 1);
  Read(51);
  EXPECT_EQ(Violations(kReadBytes), 1u);
}

TEST_F(ThresholdsTest, AJobThatHasUsedMoreIsReportedAtTheNextStep) {
  Watch("on_exit: release");
  Read(950);
  job_.reset();
  Watch("notify: {read_bytes: 100B}");
  EXPECT_EQ(Violations(kReadBytes), 0u);
  fake::Use(fake::StartedProcesses()[0].id, {.read_bytes = Bytes(49)});
  EXPECT_EQ(Violations(kReadBytes), 0u);
  fake::Use(fake::StartedProcesses()[0].id, {.read_bytes = Bytes(2)});  // 1001
  EXPECT_EQ(Violations(kReadBytes), 1u);
}

}  // namespace
}  // namespace winjob::agent
