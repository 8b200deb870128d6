// A change that is refused in the middle leaves everything as it was, or says what it could not set back.
#include <gtest/gtest.h>

#include "tests/fake_kernel/fixture.h"
#include "tests/winjob/limit_samples.h"
#include "winjob/limit_table.h"

namespace winjob {
namespace {

using LimitRollbackTest = fake::FakeKernelTest;
using fake::Call;

Limits Before() {
  return {.job_memory = Bytes(8192),
          .job_user_time = Ticks(1000),
          .end_of_job_time = EndOfJobTime::kPost,
          .ui = UiRestrictions{abi::kUiDesktop},
          .network = NetworkLimit{.outgoing_per_second = Bytes(7)}};
}

// One of class 9, those of before with other values, and one that was not set.
Limits Change() {
  return {.job_memory = Bytes(4096),
          .end_of_job_time = EndOfJobTime::kTerminate,
          .ui = UiRestrictions{abi::kUiExitWindows},
          .cpu = CpuLimit{*CpuWeight::From(7), false},
          .network = NetworkLimit{.outgoing_per_second = Bytes(9)}};
}

TEST_F(LimitRollbackTest, WhicheverSetIsRefusedAllIsAsItWas) {
  constexpr unsigned kSets = 5;  // four classes of their own, then class 9
  for (unsigned refused = 0; refused < kSets; ++refused) {
    fake::Reset();
    Job job = *Job::Create();
    ASSERT_FALSE(job.SetLimits(Before()));
    fake::FailNext(Call::kSetInformation, Win32Error::kNotEnoughQuota, refused);
    const LimitError error = job.SetLimits(Change());
    EXPECT_EQ(error.error, Win32Error::kNotEnoughQuota) << refused;
    EXPECT_EQ(error.limits.size(), 1U);
    EXPECT_TRUE(error.not_restored.empty()) << Describe(error);
    EXPECT_EQ(*job.QueryLimits(), Before()) << refused;
  }
  Job job = *Job::Create();
  ASSERT_FALSE(job.SetLimits(Before()));
  fake::FailNext(Call::kSetInformation, Win32Error::kNotEnoughQuota, kSets);
  EXPECT_FALSE(job.SetLimits(Change())) << "there is no sixth";
}

TEST_F(LimitRollbackTest, ARunningJobTimeGoesOnThroughARefusal) {
  Job job = *Job::Create();
  const Process process = fake::StartIn(job);
  ASSERT_FALSE(job.SetLimits({.job_user_time = Ticks(1000)}));
  fake::Use(process.id(), {.user_time = Ticks(600)});
  fake::FailNext(Call::kSetInformation, Win32Error::kPrivilegeNotHeld, 1);
  ASSERT_TRUE(job.SetLimits({.job_user_time = Ticks(5000), .ui = UiRestrictions{abi::kUiDesktop}}));
  Counters counters;
  ASSERT_FALSE(job.QueryCounters(counters));
  EXPECT_EQ(counters.period_user_time, Ticks(600));
  fake::Use(process.id(), {.user_time = Ticks(401)});
  EXPECT_FALSE(fake::Alive(process.id())) << "the old budget is used up";
}

TEST_F(LimitRollbackTest, WhatCannotBeSetBackIsNamed) {
  Job job = *Job::Create();
  ASSERT_FALSE(job.SetLimits(Before()));
  // end_of_job_time and ui are set, cpu is refused, and so are both attempts to set back.
  fake::FailNext(Call::kSetInformation, Win32Error::kNotEnoughQuota, 2, 3);
  const LimitError error = job.SetLimits(Change());
  EXPECT_EQ(error.error, Win32Error::kNotEnoughQuota);
  EXPECT_EQ(error.limits, std::vector{LimitKind::kCpu});
  EXPECT_EQ(error.not_restored, (std::vector{LimitKind::kEndOfJobTime, LimitKind::kUi}));
  EXPECT_EQ(Describe(error),
            "cpu: " + error.error.message() + "; not set back to what was before: end_of_job_time, ui");
}

TEST_F(LimitRollbackTest, AResetThatIsRefusedTakesNothingOff) {
  const std::vector<LimitKind> kinds = {LimitKind::kJobMemory, LimitKind::kUi, LimitKind::kNetwork};
  for (unsigned refused = 0; refused < 3; ++refused) {
    fake::Reset();
    Job job = *Job::Create();
    ASSERT_FALSE(job.SetLimits(Before()));
    fake::FailNext(Call::kSetInformation, Win32Error::kNotEnoughQuota, refused);
    EXPECT_EQ(job.ResetLimits(kinds).error, Win32Error::kNotEnoughQuota) << refused;
    EXPECT_EQ(*job.QueryLimits(), Before()) << refused;
  }
}

TEST_F(LimitRollbackTest, DiskRatesAreSetBackVolumeByVolume) {
  Job job = *Job::Create();
  const Limits before = {.io = {{IoRate{"C:", 1, Bytes(2), 3}, IoRate{"D:", 5, Bytes(7), 11}}}};
  ASSERT_FALSE(job.SetLimits(before));
  fake::FailNext(Call::kSetIoRate, Win32Error::kFileNotFound, 1);
  const LimitError error = job.SetLimits({.io = {{IoRate{"C:", 13, Bytes(17), 19}, IoRate{"D:", 23, Bytes(29), 31}}}});
  EXPECT_EQ(error.limits, std::vector{LimitKind::kIo});
  EXPECT_TRUE(error.not_restored.empty());
  EXPECT_EQ(job.QueryLimits()->io, before.io);
}

}  // namespace
}  // namespace winjob
