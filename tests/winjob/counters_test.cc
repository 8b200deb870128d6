#include "winjob/counters.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/fake_kernel/fixture.h"
#include "winjob/job.h"

namespace winjob {
namespace {

using CountersTest = fake::FakeKernelTest;

constexpr abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION kDistinct = {.BasicInfo = {.TotalUserTime = 2,
                                                                                        .TotalKernelTime = 3,
                                                                                        .ThisPeriodTotalUserTime = 5,
                                                                                        .ThisPeriodTotalKernelTime = 7,
                                                                                        .TotalPageFaultCount = 11,
                                                                                        .TotalProcesses = 13,
                                                                                        .ActiveProcesses = 17,
                                                                                        .TotalTerminatedProcesses = 19},
                                                                          .IoInfo = {.ReadOperationCount = 23,
                                                                                     .WriteOperationCount = 29,
                                                                                     .OtherOperationCount = 31,
                                                                                     .ReadTransferCount = 37,
                                                                                     .WriteTransferCount = 41,
                                                                                     .OtherTransferCount = 43}};

Counters DistinctCounters() {
  return {.user_time = Ticks(2),
          .kernel_time = Ticks(3),
          .period_user_time = Ticks(5),
          .period_kernel_time = Ticks(7),
          .page_faults = 11,
          .total_processes = 13,
          .active_processes = 17,
          .terminated_processes = 19,
          .read_operations = 23,
          .write_operations = 29,
          .other_operations = 31,
          .read_bytes = Bytes(37),
          .write_bytes = Bytes(41),
          .other_bytes = Bytes(43)};
}

TEST_F(CountersTest, EachFieldComesFromItsOwnSource) {
  EXPECT_EQ(Decode(kDistinct, kernel::kAllCounters), DistinctCounters());
}

TEST_F(CountersTest, AFieldThatTheKernelDoesNotCountIsEmptyAndAloneInThat) {
  const struct {
    kernel::CounterField field;
    void (*clear)(Counters&);
  } cases[] = {
      {kernel::kUserTime, [](Counters& c) { c.user_time.reset(), c.period_user_time.reset(); }},
      {kernel::kKernelTime, [](Counters& c) { c.kernel_time.reset(), c.period_kernel_time.reset(); }},
      {kernel::kPageFaults, [](Counters& c) { c.page_faults.reset(); }},
      {kernel::kTotalProcesses, [](Counters& c) { c.total_processes.reset(); }},
      {kernel::kActiveProcesses, [](Counters& c) { c.active_processes.reset(); }},
      {kernel::kTerminatedProcesses, [](Counters& c) { c.terminated_processes.reset(); }},
      {kernel::kReadOperations, [](Counters& c) { c.read_operations.reset(); }},
      {kernel::kWriteOperations, [](Counters& c) { c.write_operations.reset(); }},
      {kernel::kOtherOperations, [](Counters& c) { c.other_operations.reset(); }},
      {kernel::kReadBytes, [](Counters& c) { c.read_bytes.reset(); }},
      {kernel::kWriteBytes, [](Counters& c) { c.write_bytes.reset(); }},
      {kernel::kOtherBytes, [](Counters& c) { c.other_bytes.reset(); }},
  };
  std::uint32_t all = 0;
  for (const auto& [field, clear] : cases) {
    Counters expected = DistinctCounters();
    clear(expected);
    EXPECT_EQ(Decode(kDistinct, kernel::kAllCounters & ~field), expected) << "without field " << field;
    all |= field;
  }
  EXPECT_EQ(all, kernel::kAllCounters);
  EXPECT_EQ(Decode(kDistinct, 0), Counters());
}

TEST_F(CountersTest, ExtremeValuesSurvive) {
  abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION info{};
  info.BasicInfo.TotalUserTime = INT64_MAX;
  info.BasicInfo.TotalPageFaultCount = UINT32_MAX;
  info.IoInfo.OtherTransferCount = UINT64_MAX;
  const Counters counters = Decode(info, kernel::kAllCounters);
  EXPECT_EQ(counters.user_time, Ticks(INT64_MAX));
  EXPECT_EQ(counters.page_faults, UINT32_MAX);
  EXPECT_EQ(counters.other_bytes, Bytes(UINT64_MAX));
  EXPECT_EQ(counters.kernel_time, Ticks(0)) << "a zero that was counted is a value";
}

// A job in which every counter has a number of its own.
Job MakeBusyJob() {
  Job job = *Job::Create("busy");
  std::vector<Process> processes;
  for (int i = 0; i < 13; ++i) processes.push_back(fake::StartIn(job));
  fake::Use(processes[0].id(), {.user_time = Ticks(2),
                                .kernel_time = Ticks(1),
                                .page_faults = 11,
                                .read_operations = 23,
                                .write_operations = 29,
                                .other_operations = 31,
                                .read_bytes = Bytes(37),
                                .write_bytes = Bytes(41),
                                .other_bytes = Bytes(43)});
  fake::Use(processes[1].id(), {.kernel_time = Ticks(2)});
  fake::EndByLimit(processes[0].id(), abi::kMsgEndOfProcessTime);
  fake::EndByLimit(processes[1].id(), abi::kMsgEndOfProcessTime);
  fake::Exit(processes[2].id(), 0);
  return job;
}

TEST_F(CountersTest, AQueryCountsTheDeadAndTheLivingEachInItsField) {
  const Job job = MakeBusyJob();
  Counters expected = DistinctCounters();
  expected.period_user_time = expected.user_time;  // no limit on job time was set
  expected.period_kernel_time = expected.kernel_time;
  expected.active_processes = 10;
  expected.terminated_processes = 2;
  Counters counters;
  ASSERT_FALSE(job.QueryCounters(counters));
  EXPECT_EQ(counters, expected);
  EXPECT_EQ(fake::Calls(fake::Call::kQueryInformation), 1U) << "one reading is one query";
}

TEST_F(CountersTest, AKernelWithoutIoCountersIsAskedForTheBasicOnesOnly) {
  fake::SetSupport({.counters = kernel::kBasicCounters, .messages = 0});
  const Job job = MakeBusyJob();
  Counters expected = DistinctCounters();
  expected.period_user_time = expected.user_time;  // no limit on job time was set
  expected.period_kernel_time = expected.kernel_time;
  expected.active_processes = 10;
  expected.terminated_processes = 2;
  expected.read_operations.reset();
  expected.write_operations.reset();
  expected.other_operations.reset();
  expected.read_bytes.reset();
  expected.write_bytes.reset();
  expected.other_bytes.reset();
  Counters counters;
  ASSERT_FALSE(job.QueryCounters(counters)) << "class 8 would fail here";
  EXPECT_EQ(counters, expected);
  EXPECT_EQ(fake::Calls(fake::Call::kQueryInformation), 1U);
}

TEST_F(CountersTest, OneIoCounterIsReasonEnoughToAskForThemAll) {
  fake::SetSupport({.counters = kernel::kTotalProcesses | kernel::kOtherBytes, .messages = 0});
  const Job job = MakeBusyJob();
  Counters counters;
  ASSERT_FALSE(job.QueryCounters(counters));
  Counters expected;
  expected.total_processes = 13;
  expected.other_bytes = Bytes(43);
  EXPECT_EQ(counters, expected);
}

TEST_F(CountersTest, AFailedQueryLeavesTheLastReadingAlone) {
  const Job job = *Job::Create();
  Counters counters = DistinctCounters();
  fake::FailNext(fake::Call::kQueryInformation, Win32Error::kNoSystemResources);
  EXPECT_EQ(job.QueryCounters(counters), Win32Error::kNoSystemResources);
  EXPECT_EQ(counters, DistinctCounters());
}

TEST_F(CountersTest, PageFaultsWrapAt32Bits) {
  const Job job = *Job::Create();
  const Process process = fake::StartIn(job);
  fake::Use(process.id(), {.page_faults = 0x1'0000'0003});
  Counters counters;
  ASSERT_FALSE(job.QueryCounters(counters));
  EXPECT_EQ(counters.page_faults, 3U);
}

}  // namespace
}  // namespace winjob
