// The contract of accounting: what is counted, for whom, and that the dead are counted too.
#include <cstring>

#include "tests/contract/fixture.h"

namespace winjob::contract {
namespace {

using AccountingContract = Contract;
using Basic = abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION;

constexpr std::uint64_t kMegabyte = 1 << 20;

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_accounting_information
TEST_F(AccountingContract, AFreshJobHasUsedNothing) {
  const Job& job = NewJob();
  abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION info;
  std::memset(&info, 0xAA, sizeof(info));
  const bool has_io = Lacking(job, kernel::kReadBytes).empty();
  ASSERT_FALSE(has_io ? Query(job.raw(), info) : Query(job.raw(), info.BasicInfo));
  const abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION zeros{};
  EXPECT_EQ(std::memcmp(&info, &zeros, has_io ? sizeof(info) : sizeof(Basic)), 0);
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_and_io_accounting_information
TEST_F(AccountingContract, ClassEightBeginsWithWhatClassOneTells) {
  const Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, kernel::kReadBytes));
  ExitCode(Run({"write", "1", "exit", "0"}, job));
  ASSERT_TRUE(Eventually([&] { return Members(job).empty(); }));
  Basic basic{};
  abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION both{};
  ASSERT_FALSE(Query(job.raw(), basic));
  ASSERT_FALSE(Query(job.raw(), both));
  EXPECT_EQ(std::memcmp(&basic, &both.BasicInfo, sizeof(basic)), 0);
}

// As above
TEST_F(AccountingContract, EachAmountHasItsOwnCounter) {
  const Job& job = NewJob();
  const Process& process = Run(kSleep, job);
  const Deed deed = {.user_time = Ticks(2),
                     .kernel_time = Ticks(3),
                     .page_faults = 5,
                     .read_operations = 7,
                     .write_operations = 11,
                     .other_operations = 13,
                     .read_bytes = Bytes(17),
                     .write_bytes = Bytes(19),
                     .other_bytes = Bytes(23)};
  WINJOB_NEEDS(Do(process.id(), deed) ? "" : kNoSuchPower);
  const Counters counters = CountersOf(job);
  EXPECT_EQ(counters.user_time, Ticks(2));
  EXPECT_EQ(counters.kernel_time, Ticks(3));
  EXPECT_EQ(counters.page_faults, 5U);
  EXPECT_EQ(counters.read_operations, 7U);
  EXPECT_EQ(counters.write_operations, 11U);
  EXPECT_EQ(counters.other_operations, 13U);
  EXPECT_EQ(counters.read_bytes, Bytes(17));
  EXPECT_EQ(counters.write_bytes, Bytes(19));
  EXPECT_EQ(counters.other_bytes, Bytes(23));
}

// As above
TEST_F(AccountingContract, BytesAndOperationsAreCountedByTheirDirection) {
  const Job& job = NewJob();
  WINJOB_NEEDS(Lacking(Feature::kBytesOfCalls));
  WINJOB_NEEDS(Lacking(job, kernel::kWriteBytes));
  WINJOB_NEEDS(Lacking(job, kernel::kWriteOperations));
  ExitCode(Run({"write", "5", "exit", "0"}, job));
  ASSERT_TRUE(Eventually([&] { return CountersOf(job).write_bytes >= Bytes(5 * kMegabyte); }));
  const Counters written = CountersOf(job);
  EXPECT_GE(*written.write_operations, 80U) << "5 MiB in blocks of 64 KiB";
  EXPECT_LT(*written.read_bytes, Bytes(3 * kMegabyte));
  ExitCode(Run({"read", "3", "exit", "0"}, job));
  ASSERT_TRUE(Eventually([&] { return CountersOf(job).read_bytes >= Bytes(3 * kMegabyte); }));
  EXPECT_LT(*CountersOf(job).write_bytes, Bytes(7 * kMegabyte));
}

// https://learn.microsoft.com/windows/win32/procthread/nested-jobs
TEST_F(AccountingContract, AnOuterJobCountsWhatTheInnerUses) {
  WINJOB_NEEDS(Lacking(Feature::kNestedJobs));
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  WINJOB_NEEDS(Lacking(outer, kernel::kTotalProcesses));
  ExitCode(Run({"exit", "0"}, outer, inner));
  ExitCode(Run({"exit", "0"}, outer));
  ASSERT_TRUE(Eventually([&] { return CountersOf(outer).active_processes == 0U; }));
  EXPECT_EQ(CountersOf(outer).total_processes, 2U);
  EXPECT_EQ(CountersOf(inner).total_processes, 1U);
  const Process& process = Run(kSleep, inner);
  WINJOB_NEEDS(Do(process.id(), {.read_bytes = Bytes(7)}) ? "" : Lacking(outer, kernel::kReadBytes));
  EXPECT_TRUE(Eventually([&] { return CountersOf(outer).read_bytes >= CountersOf(inner).read_bytes; }));
}

// https://learn.microsoft.com/windows/win32/procthread/nested-jobs
TEST_F(AccountingContract, AnOuterJobKeepsTheTotalsOfAnInnerOneThatIsGone) {
  WINJOB_NEEDS(Lacking(Feature::kNestedJobs));
  const Job& outer = NewJob();
  WINJOB_NEEDS(Lacking(outer, kernel::kTotalProcesses));
  {
    const Job inner = Must(Job::Create());
    ExitCode(Run({"children", "2", "exit", "0"}, outer, inner));
    ASSERT_FALSE(inner.Terminate(0));
    ASSERT_TRUE(Eventually([&] { return Members(outer).empty(); }));
  }
  EXPECT_EQ(CountersOf(outer).total_processes, 3U);
}

// ReactOS, ntoskrnl/ps/job.c: the totals are those of the processes themselves
TEST_F(AccountingContract, AProcessBringsWhatItHasUsedBeforeItWasAssigned) {
  WINJOB_NEEDS(Lacking(Feature::kAssign));
  const Job& job = NewJob();
  const Process& process = Run(kSleep);
  WINJOB_NEEDS(Do(process.id(), {.user_time = Ticks(9), .write_bytes = Bytes(8)}) ? "" : kNoSuchPower);
  ASSERT_FALSE(job.Assign(process));
  EXPECT_EQ(CountersOf(job).user_time, Ticks(9));
  EXPECT_EQ(CountersOf(job).write_bytes, Bytes(8));
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_accounting_information: a DWORD
TEST_F(AccountingContract, PageFaultsAreCountedInThirtyTwoBits) {
  const Job& job = NewJob();
  const Process& process = Run(kSleep, job);
  WINJOB_NEEDS(Do(process.id(), {.page_faults = 0xFFFF'FFFE}) ? "" : kNoSuchPower);
  EXPECT_EQ(CountersOf(job).page_faults, 0xFFFF'FFFEU);
  Do(process.id(), {.page_faults = 5});
  EXPECT_EQ(CountersOf(job).page_faults, 3U) << "it begins again";
}

// As above
TEST_F(AccountingContract, EveryProcessOfATreeIsCountedOnce) {
  const Job& job = NewJob();
  Run({"children", "6", "sleep", "forever"}, job);
  Run(kSleep, job);
  ASSERT_TRUE(Settles(job, 8));
  const Counters counters = CountersOf(job);
  EXPECT_EQ(counters.total_processes.value_or(8), 8U);
  EXPECT_EQ(counters.active_processes.value_or(8), 8U);
  EXPECT_EQ(counters.terminated_processes.value_or(0), 0U);
}

// As above: only the violation of a limit counts
TEST_F(AccountingContract, NeitherAnExitNorACrashNorATerminationIsAProcessEndedByALimit) {
  const Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, kernel::kTerminatedProcesses));
  ExitCode(Run({"exit", "1"}, job));
  ExitCode(Run({"crash"}, job));
  const Process& ended = Run(kSleep, job);
  ASSERT_FALSE(ended.Terminate(1));
  ExitCode(ended);
  Run(kSleep, job);
  ASSERT_FALSE(job.Terminate(1));  // not verified on Windows
  EXPECT_TRUE(Eventually([&] { return CountersOf(job).active_processes == 0U; }));
  EXPECT_EQ(CountersOf(job).terminated_processes, 0U);
}

// Wine, dlls/kernel32/tests/process.c: test_WaitForJobObject reuses its job
TEST_F(AccountingContract, ATerminationKeepsTheTotals) {
  const Job& job = NewJob();
  Run({"children", "1", "sleep", "forever"}, job);
  ASSERT_TRUE(Settles(job, 2));
  ASSERT_FALSE(job.Terminate(1));
  ASSERT_TRUE(Eventually([&] { return Members(job).empty(); }));
  EXPECT_EQ(CountersOf(job).total_processes.value_or(2), 2U);
  EXPECT_EQ(CountersOf(job).active_processes.value_or(0), 0U);
  Run(kSleep, job);
  EXPECT_EQ(CountersOf(job).total_processes.value_or(3), 3U);
}

// hcsshim, internal/jobobject: TestJobStats
TEST_F(AccountingContract, CommittedMemoryIsToldAndIsNoMoreThanItsPeak) {
  const Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, kernel::kMemory));
  Run({"alloc", "32", "sleep", "forever"}, job);
  MemoryUsage memory;
  ASSERT_TRUE(Eventually([&] { return !job.QueryMemory(memory) && memory.current >= Bytes(32 * kMegabyte); }));
  EXPECT_GE(memory.peak_job.value_or(*memory.current), *memory.current);
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_extended_limit_information
TEST_F(AccountingContract, PeaksStayWhenTheProcessesHaveGone) {
  const Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, kernel::kPeakJobMemory));
  ExitCode(Run({"alloc", "32", "exit", "0"}, job));
  ExitCode(Run({"alloc", "16", "exit", "0"}, job));
  MemoryUsage memory;
  ASSERT_TRUE(Eventually([&] { return !job.QueryMemory(memory) && memory.peak_job >= Bytes(32 * kMegabyte); }));
  if (!kSanitized) {  // a sanitizer's shadow is memory, too
    EXPECT_LT(*memory.peak_job, Bytes(48 * kMegabyte)) << "they were never there together";
  }
  EXPECT_GE(memory.peak_process.value_or(Bytes(32 * kMegabyte)), Bytes(32 * kMegabyte));
}

// As above
TEST_F(AccountingContract, TheJobsPeakIsThatOfAllTogetherAndTheProcessesThatOfTheLargest) {
  const Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, kernel::kPeakProcessMemory));
  Run({"alloc", "32", "sleep", "forever"}, job);
  Run({"alloc", "16", "sleep", "forever"}, job);
  MemoryUsage memory;
  ASSERT_TRUE(Eventually([&] { return !job.QueryMemory(memory) && memory.peak_job >= Bytes(48 * kMegabyte); }));
  EXPECT_GE(*memory.peak_process, Bytes(32 * kMegabyte));
  EXPECT_LT(*memory.peak_process, Bytes(48 * kMegabyte));
}

// System Informer, phnt/include/ntpsapi.h (class 19 is undocumented)
TEST_F(AccountingContract, ClassNineteenBeginsWithWhatClassEightTells) {
  WINJOB_NEEDS(Lacking(abi::InfoClass::kExtendedAccounting));
  const Job& job = NewJob();
  ExitCode(Run({"write", "1", "exit", "0"}, job));
  abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION both{};
  abi::JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION extended{};
  ASSERT_FALSE(Query(job.raw(), both));
  const std::error_code error = Query(job.raw(), extended);
  if (error == Win32Error::kBadLength) GTEST_SKIP() << "this Windows has class 19 in another length";
  ASSERT_FALSE(error);
  EXPECT_EQ(std::memcmp(&extended.BasicInfo, &both.BasicInfo, sizeof(both.BasicInfo)), 0);
  EXPECT_EQ(std::memcmp(&extended.IoInfo, &both.IoInfo, sizeof(both.IoInfo)), 0);
}

}  // namespace
}  // namespace winjob::contract
