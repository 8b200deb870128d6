#include "winjob/accounting.h"

#include <gtest/gtest.h>

#include "tests/fake_kernel/fixture.h"
#include "winjob/job.h"

namespace winjob {
namespace {

using AccountingTest = fake::FakeKernelTest;

constexpr abi::JOBOBJECT_MEMORY_USAGE_INFORMATION kUsage = {.JobMemory = 2, .PeakJobMemoryUsed = 3};

abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION Peaks() {
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION peaks{};
  peaks.ProcessMemoryLimit = 5;
  peaks.JobMemoryLimit = 7;
  peaks.PeakProcessMemoryUsed = 11;
  peaks.PeakJobMemoryUsed = 13;
  return peaks;
}

TEST_F(AccountingTest, EachMemoryFieldComesFromItsOwnSourceAndOnlyWhenItIsCounted) {
  EXPECT_EQ(Decode(kUsage, Peaks(), kernel::kMemoryCounters), (MemoryUsage{Bytes(2), Bytes(13), Bytes(11)}));
  EXPECT_EQ(Decode(kUsage, Peaks(), kernel::kMemory), (MemoryUsage{Bytes(2), {}, {}}));
  EXPECT_EQ(Decode(kUsage, Peaks(), kernel::kPeakJobMemory), (MemoryUsage{{}, Bytes(13), {}}));
  EXPECT_EQ(Decode(kUsage, Peaks(), kernel::kPeakProcessMemory), (MemoryUsage{{}, {}, Bytes(11)}));
  EXPECT_EQ(Decode(kUsage, Peaks(), kernel::kAllCounters), MemoryUsage());
}

TEST_F(AccountingTest, EachExtendedFieldComesFromItsOwnSource) {
  abi::JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION info{};
  info.IoInfo = {101, 103, 107, 109, 113, 127};
  info.DiskIoInfo = {
      .BytesRead = 2, .BytesWritten = 3, .ReadOperationCount = 5, .WriteOperationCount = 7, .FlushOperationCount = 11};
  info.ContextSwitches = 13;
  info.TotalCycleTime = 17;
  info.ReadyTime = 19;
  EXPECT_EQ(Decode(info), (ExtendedCounters{Bytes(2), Bytes(3), 5, 7, 11, 13, 17}));
}

TEST_F(AccountingTest, MemoryGrowsAndFallsAndItsPeaksStay) {
  const Job job = *Job::Create();
  const Process one = fake::StartIn(job);
  const Process two = fake::StartIn(job);
  ASSERT_TRUE(fake::Commit(one.id(), Bytes(5000)));
  ASSERT_TRUE(fake::Commit(two.id(), Bytes(300)));
  fake::Decommit(one.id(), Bytes(4000));
  MemoryUsage memory;
  ASSERT_FALSE(job.QueryMemory(memory));
  EXPECT_EQ(memory, (MemoryUsage{Bytes(1300), Bytes(5300), Bytes(5000)}));
  fake::Exit(one.id(), 0);
  ASSERT_FALSE(job.QueryMemory(memory));
  EXPECT_EQ(memory, (MemoryUsage{Bytes(300), Bytes(5300), Bytes(5000)}));
}

TEST_F(AccountingTest, AKernelWithoutTheCurrentAmountIsNotAskedForIt) {
  fake::LackClass(abi::InfoClass::kMemoryUsage);
  fake::SetSupport({.counters = kernel::kPeakJobMemory | kernel::kPeakProcessMemory, .messages = 0});
  const Job job = *Job::Create();
  const Process process = fake::StartIn(job);
  ASSERT_TRUE(fake::Commit(process.id(), Bytes(7)));
  MemoryUsage memory;
  ASSERT_FALSE(job.QueryMemory(memory));
  EXPECT_EQ(memory, (MemoryUsage{{}, Bytes(7), Bytes(7)}));
}

TEST_F(AccountingTest, AFailedMemoryQueryLeavesTheLastReadingAlone) {
  const Job job = *Job::Create();
  MemoryUsage memory{Bytes(1), {}, {}};
  for (const unsigned call : {0U, 1U}) {
    fake::FailNext(fake::Call::kQueryInformation, Win32Error::kAccessDenied, call);
    EXPECT_EQ(job.QueryMemory(memory), Win32Error::kAccessDenied);
    EXPECT_EQ(memory, (MemoryUsage{Bytes(1), {}, {}}));
  }
}

TEST_F(AccountingTest, ExtendedCountersIncludeTheDead) {
  const Job job = *Job::Create();
  const Process one = fake::StartIn(job);
  const Process two = fake::StartIn(job);
  fake::Use(one.id(), {.disk_read_bytes = Bytes(2), .disk_write_operations = 7, .context_switches = 13});
  fake::Exit(one.id(), 0);
  fake::Use(two.id(),
            {.disk_write_bytes = Bytes(3), .disk_read_operations = 5, .disk_flush_operations = 11, .cycles = 17});
  EXPECT_EQ(*job.QueryExtendedCounters(), (ExtendedCounters{Bytes(2), Bytes(3), 5, 7, 11, 13, 17}));
}

TEST_F(AccountingTest, ExtendedCountersThatTheKernelLacksOrHasInAnotherLengthAreNotSupported) {
  const Job job = *Job::Create();
  fake::FailNext(fake::Call::kQueryInformation, Win32Error::kBadLength);
  EXPECT_EQ(job.QueryExtendedCounters().error(), Win32Error::kNotSupported);
  fake::LackClass(abi::InfoClass::kExtendedAccounting);
  EXPECT_EQ(job.QueryExtendedCounters().error(), Win32Error::kNotSupported);
}

TEST_F(AccountingTest, APeriodBeginsWithALimitOnJobTime) {
  Job job = *Job::Create();
  const Process process = fake::StartIn(job);
  fake::Use(process.id(), {.user_time = Ticks(40), .kernel_time = Ticks(50)});
  ASSERT_FALSE(job.SetLimits({.job_user_time = Ticks(1000)}));
  fake::Use(process.id(), {.user_time = Ticks(2), .kernel_time = Ticks(3)});
  Counters counters;
  ASSERT_FALSE(job.QueryCounters(counters));
  EXPECT_EQ(counters.user_time, Ticks(42));
  EXPECT_EQ(counters.kernel_time, Ticks(53));
  EXPECT_EQ(counters.period_user_time, Ticks(2));
  EXPECT_EQ(counters.period_kernel_time, Ticks(3));
}

}  // namespace
}  // namespace winjob
