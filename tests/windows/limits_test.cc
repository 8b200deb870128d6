// Limits on Windows, and what Wine, which holds three of them, makes of the others.
#include <gtest/gtest.h>

#include "tests/windows/fixture.h"
#include "winjob/capability.h"
#include "winjob/limit_table.h"

namespace winjob {
namespace {

// One value for each limit that needs no privilege and no second processor.
Limits Samples() {
  return {.job_memory = Bytes(64 << 20),
          .process_memory = Bytes(32 << 20),
          .active_processes = 23,
          .job_user_time = Ticks(19 * Ticks::kPerSecond),
          .process_user_time = Ticks(17 * Ticks::kPerSecond),
          .affinity = AffinityMask{1},
          .subset_affinity = true,
          .priority_class = PriorityClass::kBelowNormal,
          .scheduling_class = SchedulingClass::From(3),
          .die_on_unhandled_exception = true,
          .breakaway = Breakaway::kOk,
          .kill_on_close = true,
          .end_of_job_time = EndOfJobTime::kPost,
          .ui = UiRestrictions{abi::kUiDesktop},
          .cpu = CpuLimit{CpuCap{*CpuRate::FromPercent(50)}, false},
          .network = NetworkLimit{Bytes(1'000'003), Dscp::From(0x2E)}};
}

TEST(WindowsLimits, ANewJobHasNone) {
  const Job job = *Job::Create();
  const Result<Limits> limits = job.QueryLimits();
  ASSERT_TRUE(limits) << limits.error();
  EXPECT_EQ(*limits, Limits());
}

TEST(WindowsLimits, ResettingWhatWasNeverOnIsNoError) {
  Job job = *Job::Create();
  const LimitError error = job.ResetLimits(AllKinds());
  EXPECT_FALSE(error) << Describe(error);
}

TEST(WindowsLimits, EachIsSetReadBackAndReset) {
  if (OnWine()) GTEST_SKIP() << "Wine holds only kill_on_close and breakaway";
  for (const LimitKind kind : Kinds(Samples())) {
    SCOPED_TRACE(RowOf(kind).name);
    Job job = *Job::Create();
    Limits sample;
    RowOf(kind).copy(Samples(), sample);
    if (kind == LimitKind::kSubsetAffinity) sample.affinity = Samples().affinity;
    const LimitError error = job.SetLimits(sample);
    ASSERT_FALSE(error) << Describe(error);
    EXPECT_EQ(*job.QueryLimits(), sample);
    ASSERT_FALSE(job.ResetLimits(Kinds(sample)));
    EXPECT_EQ(*job.QueryLimits(), Limits());
  }
}

TEST(WindowsLimits, OnWineWhatIsHeldIsReadBackAlthoughWineReadsZeros) {
  if (!OnWine()) GTEST_SKIP() << "Windows reads limits back";
  Job job = *Job::Create();
  ASSERT_FALSE(job.SetLimits({.kill_on_close = true}));
  ASSERT_FALSE(job.SetLimits({.breakaway = Breakaway::kSilent}));
  EXPECT_EQ(*job.QueryLimits(), (Limits{.breakaway = Breakaway::kSilent, .kill_on_close = true}));
  ASSERT_FALSE(job.ResetLimits(AllKinds()));
  EXPECT_EQ(*job.QueryLimits(), Limits());
}

TEST(WindowsLimits, OnWineEveryOtherLimitIsRefusedByName) {
  if (!OnWine()) GTEST_SKIP() << "Windows holds them";
  Limits all = Samples();
  all.io = {{IoRate{"", 1, {}, 0}}};
  all.group_affinity = {{GroupMask{0, 1}}};
  for (const LimitKind kind : Kinds(all)) {
    if (kind == LimitKind::kKillOnClose || kind == LimitKind::kBreakaway) continue;
    Job job = *Job::Create();
    Limits alone;
    RowOf(kind).copy(all, alone);
    if (kind == LimitKind::kSubsetAffinity) alone.affinity = all.affinity;
    const LimitError error = job.SetLimits(alone);
    EXPECT_TRUE(error) << RowOf(kind).name << " was accepted";
    EXPECT_EQ(error.limits, Kinds(alone)) << Describe(error);
    EXPECT_EQ(*job.QueryLimits(), Limits());
  }
}

TEST(WindowsLimits, ThresholdsAndMemoryAreReadWhereTheKernelHasThem) {
  Job job = *Job::Create();
  const Capabilities found = *Capabilities::Probe();
  EXPECT_TRUE(found.Has(abi::InfoClass::kBasicAccounting));
  EXPECT_TRUE(found.Has(abi::InfoClass::kBasicProcessIdList));
  EXPECT_TRUE(found.Has(abi::InfoClass::kExtendedLimit));
  const NotificationLimits limits{.read_bytes = Bytes(1'000'000)};
  const bool notifies = found.Has(abi::InfoClass::kNotificationLimit);
  EXPECT_EQ(!job.SetNotificationLimits(limits), notifies);
  EXPECT_EQ(static_cast<bool>(job.QueryViolations()), notifies);
  if (notifies) {
    EXPECT_EQ(*job.QueryNotificationLimits(), limits);
  }

  MemoryUsage memory;
  ASSERT_FALSE(job.QueryMemory(memory));
  EXPECT_EQ(memory.current.has_value(), found.Has(abi::InfoClass::kMemoryUsage));
  EXPECT_EQ(memory.peak_job.has_value(), !OnWine());
  EXPECT_GT(kernel::ProcessorCount(), 0U);
  EXPECT_EQ(found.Has(abi::InfoClass::kCpuRateControl), !OnWine());
}

}  // namespace
}  // namespace winjob
