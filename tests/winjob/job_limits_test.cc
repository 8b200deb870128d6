// Job::SetKillOnClose and Job::SetBreakaway: what a change of one limit does to the others.
#include <gtest/gtest.h>

#include <optional>

#include "tests/fake_kernel/fixture.h"
#include "winjob/information.h"
#include "winjob/job.h"
#include "winjob/limit_table.h"

namespace winjob {
namespace {

using JobLimitsTest = fake::FakeKernelTest;
using abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION;
using abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION;

constexpr std::uint32_t kActiveProcess = 0x8;
constexpr std::uint32_t kJobMemory = 0x200;
constexpr std::uint64_t kPage = 4096;

TEST_F(JobLimitsTest, KillOnCloseEndsTheMembersWithTheLastHandle) {
  std::optional<Job> job = *Job::Create("killer");
  std::optional<Job> second = *Job::Open("killer");
  const Process process = fake::StartIn(*job);
  ASSERT_FALSE(job->SetKillOnClose(true));
  job.reset();
  EXPECT_TRUE(fake::Alive(process.id())) << "another handle is open";
  second.reset();
  EXPECT_EQ(fake::ExitCode(process.id()), 0U);
}

TEST_F(JobLimitsTest, KillOnCloseCanBeTakenBack) {
  std::optional<Job> job = *Job::Create();
  const Process process = fake::StartIn(*job);
  ASSERT_FALSE(job->SetKillOnClose(true));
  ASSERT_FALSE(job->SetKillOnClose(false));
  job.reset();
  EXPECT_TRUE(fake::Alive(process.id()));
}

TEST_F(JobLimitsTest, SettingOneLimitKeepsTheOthers) {
  Job job = *Job::Create("limited");
  const JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {
      .BasicLimitInformation = {.PerProcessUserTimeLimit = 2,
                                .PerJobUserTimeLimit = 3,
                                .LimitFlags = kActiveProcess | kJobMemory | abi::kLimitBreakawayOk,
                                .MinimumWorkingSetSize = 5,
                                .MaximumWorkingSetSize = 7,
                                .ActiveProcessLimit = 11,
                                .Affinity = 13,
                                .PriorityClass = 17,
                                .SchedulingClass = 19},
      .IoInfo = {},
      .ProcessMemoryLimit = 23 * kPage,
      .JobMemoryLimit = 29 * kPage,
      .PeakProcessMemoryUsed = 0,
      .PeakJobMemoryUsed = 0};
  ASSERT_FALSE(Set(job.raw(), limits));
  ASSERT_FALSE(job.SetKillOnClose(true));

  JOBOBJECT_EXTENDED_LIMIT_INFORMATION after{};
  ASSERT_FALSE(Query(job.raw(), after));
  EXPECT_EQ(after.BasicLimitInformation.LimitFlags,
            kActiveProcess | kJobMemory | abi::kLimitBreakawayOk | abi::kLimitKillOnJobClose);
  EXPECT_EQ(after.BasicLimitInformation.PerProcessUserTimeLimit, 2);
  EXPECT_EQ(after.BasicLimitInformation.PerJobUserTimeLimit, 3);
  EXPECT_EQ(after.BasicLimitInformation.MinimumWorkingSetSize, 5U);
  EXPECT_EQ(after.BasicLimitInformation.MaximumWorkingSetSize, 7U);
  EXPECT_EQ(after.BasicLimitInformation.ActiveProcessLimit, 11U);
  EXPECT_EQ(after.BasicLimitInformation.Affinity, 13U);
  EXPECT_EQ(after.BasicLimitInformation.PriorityClass, 17U);
  EXPECT_EQ(after.BasicLimitInformation.SchedulingClass, 19U);
  EXPECT_EQ(after.ProcessMemoryLimit, 23 * kPage);
  EXPECT_EQ(after.JobMemoryLimit, 29 * kPage);
}

TEST_F(JobLimitsTest, FlagsSetHereSurviveAKernelThatReadsThemBackAsZero) {
  fake::ReadLimitsAsZero();
  Job job = *Job::Create("wine");
  ASSERT_FALSE(job.SetKillOnClose(true));
  ASSERT_FALSE(job.SetBreakaway(Breakaway::kSilent));
  EXPECT_EQ(fake::LimitFlags("wine"), abi::kLimitKillOnJobClose | abi::kLimitSilentBreakawayOk);
  ASSERT_FALSE(job.SetBreakaway(Breakaway::kNone));
  EXPECT_EQ(fake::LimitFlags("wine"), abi::kLimitKillOnJobClose);
  ASSERT_FALSE(job.SetKillOnClose(false));
  EXPECT_EQ(fake::LimitFlags("wine"), 0U);
}

TEST_F(JobLimitsTest, BreakawayGoesFromEachStateToEachOther) {
  const struct {
    Breakaway breakaway;
    std::uint32_t flags;
  } states[] = {{Breakaway::kNone, 0},
                {Breakaway::kOk, abi::kLimitBreakawayOk},
                {Breakaway::kSilent, abi::kLimitSilentBreakawayOk}};
  for (const bool zeros : {false, true}) {
    fake::Reset();
    if (zeros) fake::ReadLimitsAsZero();
    Job job = *Job::Create("open");
    for (const auto& from : states) {
      for (const auto& to : states) {
        ASSERT_FALSE(job.SetBreakaway(from.breakaway));
        ASSERT_FALSE(job.SetBreakaway(to.breakaway));
        EXPECT_EQ(fake::LimitFlags("open"), to.flags) << "from flags " << from.flags;
      }
    }
  }
}

TEST_F(JobLimitsTest, AFailedSetIsNotRememberedAsSet) {
  fake::ReadLimitsAsZero();
  Job job = *Job::Create("failing");
  fake::FailNext(fake::Call::kSetInformation, Win32Error::kNotEnoughQuota);
  EXPECT_EQ(job.SetKillOnClose(true), Win32Error::kNotEnoughQuota);
  ASSERT_FALSE(job.SetBreakaway(Breakaway::kOk));
  EXPECT_EQ(fake::LimitFlags("failing"), abi::kLimitBreakawayOk);

  fake::FailNext(fake::Call::kSetInformation, Win32Error::kNotEnoughQuota);
  EXPECT_EQ(job.SetBreakaway(Breakaway::kNone), Win32Error::kNotEnoughQuota);
  ASSERT_FALSE(job.SetKillOnClose(true));
  EXPECT_EQ(fake::LimitFlags("failing"), abi::kLimitBreakawayOk | abi::kLimitKillOnJobClose);
}

TEST_F(JobLimitsTest, NothingIsSetOnTopOfLimitsThatCouldNotBeRead) {
  Job job = *Job::Create("unread");
  fake::FailNext(fake::Call::kQueryInformation, Win32Error::kNoSystemResources);
  EXPECT_EQ(job.SetKillOnClose(true), Win32Error::kNoSystemResources);
  EXPECT_EQ(fake::Calls(fake::Call::kSetInformation), 0U);
}

TEST_F(JobLimitsTest, TheJobTimeBudgetIsNeverRestarted) {
  Job job = *Job::Create("timed");
  const Process process = fake::StartIn(job);
  fake::Use(process.id(), {.user_time = Ticks(40)});
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = abi::kLimitJobTime;
  limits.BasicLimitInformation.PerJobUserTimeLimit = 1000;
  ASSERT_FALSE(Set(job.raw(), limits));
  fake::Use(process.id(), {.user_time = Ticks(2)});

  for (const bool kill : {true, false}) {
    ASSERT_FALSE(job.SetKillOnClose(kill));
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION accounting{};
    ASSERT_FALSE(Query(job.raw(), accounting));
    EXPECT_EQ(accounting.ThisPeriodTotalUserTime, 2) << "the period began with the first set";
    EXPECT_EQ(accounting.TotalUserTime, 42);
    ASSERT_FALSE(Query(job.raw(), limits));
    EXPECT_EQ(limits.BasicLimitInformation.PerJobUserTimeLimit, 1000);
    EXPECT_EQ(limits.BasicLimitInformation.LimitFlags, abi::kLimitJobTime | (kill ? abi::kLimitKillOnJobClose : 0));
  }
}

TEST_F(JobLimitsTest, ARunningJobTimeIsNotRestartedByAnyOtherChange) {
  for (const LimitKind kind : AllKinds()) {
    Job job = *Job::Create();
    ASSERT_FALSE(job.SetLimits({.job_user_time = Ticks(100)}));
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

}  // namespace
}  // namespace winjob
