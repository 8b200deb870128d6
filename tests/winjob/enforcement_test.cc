// What limits do: who may join, what may be committed, who runs out of time, and what the job reports of it.
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "tests/fake_kernel/fixture.h"
#include "winjob/job.h"
#include "winjob/limit_table.h"
#include "winjob/notification.h"

namespace winjob {
namespace {

constexpr std::uint64_t kPage = 4096;

class EnforcementTest : public fake::FakeKernelTest {
 protected:
  void SetUp() override {
    FakeKernelTest::SetUp();
    port_.emplace(*Port::Create());
  }
  void TearDown() override {
    port_.reset();
    FakeKernelTest::TearDown();
  }

  // A job with these limits that reports to the port.
  Job Limited(const Limits& limits) {
    Job job = *Job::Create("limited");
    EXPECT_FALSE(job.SetLimits(limits));
    EXPECT_FALSE(job.NotifyTo(*port_, 1));
    return job;
  }

  // What has been reported, but for starts.
  std::vector<Notification> Reported() {
    kernel::Packet buffer[64];
    std::span<kernel::Packet> packets;
    std::vector<Notification> reported;
    if (port_->Wait(buffer, Timeout(0), packets)) return reported;
    for (const kernel::Packet& packet : packets)
      if (const Notification notification = Decode(packet); notification.event != Event::kNewProcess)
        reported.push_back(notification);
    return reported;
  }

  Counters CountersOf(const Job& job) {
    Counters counters;
    EXPECT_FALSE(job.QueryCounters(counters));
    return counters;
  }

  std::optional<Port> port_;
};

TEST_F(EnforcementTest, AProcessTooManyIsEndedAndItsAssignmentFails) {
  Job job = Limited({.active_processes = 1});
  const Process member = fake::StartIn(job);
  const Process second = *Process::Open(fake::AddProcess());
  EXPECT_EQ(job.Assign(second), Win32Error::kNotEnoughQuota);
  EXPECT_EQ(fake::ExitCode(second.id()), 0xC0000044U);
  EXPECT_TRUE(fake::Alive(member.id()));
  EXPECT_EQ(Reported(), (std::vector<Notification>{{Event::kActiveProcessLimit, ProcessId::kNone}}));
  EXPECT_EQ(CountersOf(job).terminated_processes, 1U);
  EXPECT_EQ(CountersOf(job).active_processes, 1U);

  EXPECT_EQ(fake::Spawn(member.id()).error(), Win32Error::kNotEnoughQuota) << "children count";
  const Job* const jobs[] = {&job};
  EXPECT_EQ(Process::Start(fake::Request("third"), jobs).error(), Win32Error::kNotEnoughQuota);
  ASSERT_FALSE(job.ResetLimits({LimitKind::kActiveProcesses}));
  EXPECT_TRUE(fake::Spawn(member.id()));
}

TEST_F(EnforcementTest, TheLimitOfAnOuterJobCountsNestedProcesses) {
  Job outer = Limited({.active_processes = 1});
  Job inner = *Job::Create();
  const Process process = fake::StartIn(outer, inner);
  const Process second = *Process::Open(fake::AddProcess());
  EXPECT_EQ(inner.Assign(second), Win32Error::kNotEnoughQuota);
  EXPECT_FALSE(fake::Alive(second.id()));
  EXPECT_EQ(CountersOf(outer).terminated_processes, 1U);
}

TEST_F(EnforcementTest, MemoryLimitsRefuseAndReportAndEndNobody) {
  Job job = Limited({.job_memory = Bytes(8 * kPage), .process_memory = Bytes(5 * kPage)});
  const Process one = fake::StartIn(job);
  const Process two = fake::StartIn(job);
  EXPECT_TRUE(fake::Commit(one.id(), Bytes(5 * kPage)));
  EXPECT_FALSE(fake::Commit(one.id(), Bytes(1)));
  EXPECT_EQ(Reported(), (std::vector<Notification>{{Event::kProcessMemoryLimit, one.id()}}));
  EXPECT_TRUE(fake::Commit(two.id(), Bytes(3 * kPage)));
  EXPECT_FALSE(fake::Commit(two.id(), Bytes(1)));
  EXPECT_EQ(Reported(), (std::vector<Notification>{{Event::kJobMemoryLimit, two.id()}}));
  EXPECT_TRUE(fake::Alive(one.id()) && fake::Alive(two.id()));
  fake::Decommit(one.id(), Bytes(kPage));
  EXPECT_TRUE(fake::Commit(two.id(), Bytes(kPage)));
}

TEST_F(EnforcementTest, MemoryCommittedBeforeJoiningIsCountedButNotJudged) {
  Job job = Limited({.job_memory = Bytes(kPage)});
  const Process process = *Process::Open(fake::AddProcess());
  ASSERT_TRUE(fake::Commit(process.id(), Bytes(9 * kPage)));
  EXPECT_FALSE(job.Assign(process));
  EXPECT_FALSE(fake::Commit(process.id(), Bytes(1)));
  MemoryUsage memory;
  ASSERT_FALSE(job.QueryMemory(memory));
  EXPECT_EQ(memory.current, Bytes(9 * kPage));
}

TEST_F(EnforcementTest, AProcessOutOfTimeIsEndedAlone) {
  Job job = Limited({.process_user_time = Ticks(100)});
  const Process one = fake::StartIn(job);
  const Process two = fake::StartIn(job);
  fake::Use(one.id(), {.user_time = Ticks(99), .kernel_time = Ticks(1000)});
  fake::Use(two.id(), {.user_time = Ticks(99)});
  EXPECT_TRUE(fake::Alive(one.id())) << "kernel time does not count";
  fake::Use(one.id(), {.user_time = Ticks(1)});
  EXPECT_EQ(fake::ExitCode(one.id()), 1816U);
  EXPECT_TRUE(fake::Alive(two.id()));
  EXPECT_EQ(Reported(),
            (std::vector<Notification>{{Event::kEndOfProcessTime, one.id()}, {Event::kExitProcess, one.id()}}));
  EXPECT_EQ(CountersOf(job).terminated_processes, 1U);
}

TEST_F(EnforcementTest, AJobOutOfTimeIsEndedAndAdmitsNobodyUntilItsLimitIsSetAnew) {
  Job job = Limited({.job_user_time = Ticks(100)});
  const Process one = fake::StartIn(job);
  const Process two = fake::StartIn(job);
  fake::SetPace(one.id(), {.user_time = Ticks(30)});
  fake::SetPace(two.id(), {.user_time = Ticks(30)});
  fake::Advance(Timeout(1000));
  EXPECT_TRUE(fake::Alive(one.id()));
  fake::Advance(Timeout(1000));
  EXPECT_EQ(fake::ExitCode(one.id()), 1816U);
  EXPECT_EQ(fake::ExitCode(two.id()), 1816U);
  EXPECT_EQ(CountersOf(job).terminated_processes, 2U);
  EXPECT_EQ(Reported(), (std::vector<Notification>{{Event::kActiveProcessZero, ProcessId::kNone}}));

  const Process late = *Process::Open(fake::AddProcess());
  EXPECT_EQ(job.Assign(late), Win32Error::kNotEnoughQuota);
  EXPECT_FALSE(fake::Alive(late.id()));
  ASSERT_FALSE(job.SetLimits({.kill_on_close = true}));
  EXPECT_EQ(job.Assign(*Process::Open(fake::AddProcess())), Win32Error::kNotEnoughQuota) << "another limit is no help";
  ASSERT_FALSE(job.SetLimits({.job_user_time = Ticks(100)}));
  EXPECT_FALSE(job.Assign(*Process::Open(fake::AddProcess())));
}

TEST_F(EnforcementTest, WithPostTheEndOfTimeIsReportedAndTheLimitTakenOff) {
  Job job = Limited({.job_user_time = Ticks(100), .end_of_job_time = EndOfJobTime::kPost});
  const Process process = fake::StartIn(job);
  fake::Use(process.id(), {.user_time = Ticks(100)});
  EXPECT_TRUE(fake::Alive(process.id()));
  EXPECT_EQ(Reported(), (std::vector<Notification>{{Event::kEndOfJobTime, ProcessId::kNone}}));
  EXPECT_FALSE(*job.Has(LimitKind::kJobUserTime));
  fake::Use(process.id(), {.user_time = Ticks(1000)});
  EXPECT_TRUE(Reported().empty());

  ASSERT_FALSE(job.SetLimits({.job_user_time = Ticks(7)}));
  fake::Use(process.id(), {.user_time = Ticks(7)});
  EXPECT_EQ(Reported().size(), 1U) << "armed again";
}

TEST_F(EnforcementTest, WithPostAndNoPortTheJobIsEnded) {
  Job job = *Job::Create();
  ASSERT_FALSE(job.SetLimits({.job_user_time = Ticks(1), .end_of_job_time = EndOfJobTime::kPost}));
  const Process process = fake::StartIn(job);
  fake::Use(process.id(), {.user_time = Ticks(1)});
  EXPECT_FALSE(fake::Alive(process.id()));
}

TEST_F(EnforcementTest, ARunningJobTimeIsNotRestartedByAnyOtherChange) {
  for (const LimitKind kind : AllKinds()) {
    Job job = Limited({.job_user_time = Ticks(100)});
    const Process process = fake::StartIn(job);
    fake::Use(process.id(), {.user_time = Ticks(60)});
    ASSERT_FALSE(job.SetLimits({.active_processes = 50}));
    if (kind != LimitKind::kJobUserTime) {
      ASSERT_FALSE(job.ResetLimits({kind}));
    }
    fake::Use(process.id(), {.user_time = Ticks(40)});
    EXPECT_FALSE(fake::Alive(process.id())) << RowOf(kind).name;
  }
}

TEST_F(EnforcementTest, ANewJobTimeStartsWhenItIsSetAndAResetOneNeverEnds) {
  Job job = Limited({.job_user_time = Ticks(100)});
  const Process process = fake::StartIn(job);
  fake::Use(process.id(), {.user_time = Ticks(99)});
  ASSERT_FALSE(job.SetLimits({.job_user_time = Ticks(100)}));
  fake::Use(process.id(), {.user_time = Ticks(99)});
  ASSERT_FALSE(job.ResetLimits({LimitKind::kJobUserTime}));
  fake::Use(process.id(), {.user_time = Ticks(1000)});
  EXPECT_TRUE(fake::Alive(process.id()));
}

}  // namespace
}  // namespace winjob
