// The contract of the counters of single processes.
#include "winjob/process_counters.h"

#include "tests/contract/fixture.h"

namespace winjob::contract {
namespace {

using ProcessCountersContract = Contract;

kernel::ProcessCounters Read(ProcessId id) {
  kernel::ProcessCounters counters;
  EXPECT_EQ(kernel::QueryProcessCounters(id, counters), std::error_code());
  return counters;
}

// https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getprocesstimes
TEST_F(ProcessCountersContract, AProcessIsToldByWhenItBegan) {
  const Job& job = NewJob();
  const Process& first = Run(kSleep, job);
  const kernel::ProcessCounters before = Read(first.id());
  EXPECT_EQ(before.created, Must(first.Identity()).created);
  EXPECT_EQ(before.started.count() % (Ticks::kPerSecond / 1000), 0) << "whole milliseconds";
  // Processes that begin at the same moment of a coarse clock differ in their ids.
  const auto later = [&] { return Read(Run(kSleep, job).id()).created > before.created; };
  EXPECT_TRUE(Eventually(later));
  std::string image;
  kernel::ProcessCounters again;
  ASSERT_EQ(kernel::QueryProcessCounters(first.id(), again, image), std::error_code());
  EXPECT_EQ(again.created, before.created);
  EXPECT_EQ(again.started, before.started);
}

// As above
TEST_F(ProcessCountersContract, ProcessorTimeGrowsWithWhatIsUsed) {
  const Process& idle = Run(kSleep, NewJob());
  const Process& process = Run({"spin", "1", "sleep", "forever"}, NewJob());
  const auto used_by = [](const Process& user) {
    const kernel::ProcessCounters counters = Read(user.id());
    return counters.user_time.value_or(Ticks()).seconds() + counters.kernel_time.value_or(Ticks()).seconds();
  };
  const auto used = [&] { return used_by(process); };
  const kernel::ProcessCounters first = Read(process.id());
  EXPECT_EQ(first.user_time.has_value(), first.kernel_time.has_value());
  if (On("wine") && !first.user_time) GTEST_SKIP() << "Wine does not tell the processor time of another process";
  constexpr double kLeast = 0.97;  // Linux rounds each part down to a tick of 10 ms
  EXPECT_TRUE(Eventually([&] { return used() >= kLeast; })) << used();
  EXPECT_LT(used(), 1.5 + 3 * used_by(idle)) << "of which it takes " << used_by(idle) << " to start";
}

// https://learn.microsoft.com/windows/win32/api/psapi/ns-psapi-process_memory_counters_ex
TEST_F(ProcessCountersContract, MemoryIsWhatAProcessHolds) {
  const Process& process = Run({"alloc", "64", "sleep", "forever"}, NewJob());
  constexpr Bytes kTaken(std::uint64_t{64} << 20), kMost(std::uint64_t{kSanitized ? 1'024 : 160} << 20);
  kernel::ProcessCounters counters;
  const auto holds = [&](auto member) {
    return Eventually([&] {
      std::string image;
      return !kernel::QueryProcessCounters(process.id(), counters, image) && counters.*member >= kTaken;
    });
  };
  if (!On("fake")) {  // whose processes have nothing resident unless they are told so
    EXPECT_TRUE(holds(&kernel::ProcessCounters::working_set));
    EXPECT_LT(counters.working_set, kMost);
  }
  if (On("wine") && !counters.commit) GTEST_SKIP() << "Wine does not tell what another process has committed";
  EXPECT_TRUE(holds(&kernel::ProcessCounters::commit));
  if (kSanitized) return;  // shadow memory is committed, too
  EXPECT_LT(counters.commit, kMost);
}

TEST_F(ProcessCountersContract, TheImageIsAFileNameWithoutItsFolder) {
  const Process& process = Run(kSleep, NewJob());
  kernel::ProcessCounters counters;
  std::string image = "of an earlier process";
  ASSERT_EQ(kernel::QueryProcessCounters(process.id(), counters, image), std::error_code());
  EXPECT_EQ(image, On("linux") || On("fake") ? "workload" : "workload.exe");
}

// https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-openprocess
TEST_F(ProcessCountersContract, OneThatHasEndedOrNeverWasIsAnInvalidParameter) {
  const Process& process = Run({"exit", "0"}, NewJob());
  ExitCode(process);
  std::string image;
  for (const ProcessId id : {process.id(), ProcessId{0x7FFF'FFF0}}) {
    kernel::ProcessCounters counters;
    EXPECT_EQ(kernel::QueryProcessCounters(id, counters), Win32Error::kInvalidParameter);
    EXPECT_EQ(kernel::QueryProcessCounters(id, counters, image), Win32Error::kInvalidParameter);
  }
}

}  // namespace
}  // namespace winjob::contract
