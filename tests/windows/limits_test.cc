// Limits on Windows beyond what the contract suite has of them.
#include <gtest/gtest.h>

#include "tests/windows/fixture.h"
#include "winjob/capability.h"
#include "winjob/limit_table.h"

namespace winjob {
namespace {

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

TEST(WindowsLimits, OnWineWhatIsHeldIsReadBackAlthoughWineReadsZeros) {
  if (!OnWine()) GTEST_SKIP() << "Windows reads limits back";
  Job job = *Job::Create();
  ASSERT_FALSE(job.SetLimits({.kill_on_close = true}));
  ASSERT_FALSE(job.SetLimits({.breakaway = Breakaway::kSilent}));
  EXPECT_EQ(*job.QueryLimits(), (Limits{.breakaway = Breakaway::kSilent, .kill_on_close = true}));
  ASSERT_FALSE(job.ResetLimits(AllKinds()));
  EXPECT_EQ(*job.QueryLimits(), Limits());
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
  EXPECT_EQ(found.Has(abi::InfoClass::kFreeze), !OnWine());
  EXPECT_EQ(found.Has(abi::InfoClass::kClearPeakJobMemory), !OnWine());
}

}  // namespace
}  // namespace winjob
