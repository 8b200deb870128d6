// The list of a job's processes: forty of them, and a buffer that is too small.
#include <set>

#include "tests/windows/fixture.h"
#include "winjob/process_list.h"

namespace winjob {
namespace {

TEST(WindowsProcessList, FortyMembersAreAllListedAndRoomForEightGivesEight) {
  const Job job = DoomedJob();
  const Process process = Start({"children", "39", "sleep", "forever"}, {&job});
  ASSERT_TRUE(Eventually([&] {
    Counters counters;
    return !job.QueryCounters(counters) && counters.active_processes == 40U;
  }));

  const Result<std::vector<ProcessId>> all = job.Processes();
  ASSERT_TRUE(all) << all.error();
  EXPECT_EQ(all->size(), 40U);
  EXPECT_EQ(std::set<ProcessId>(all->begin(), all->end()).size(), 40U);
  EXPECT_THAT(*all, testing::Contains(process.id()));

  struct {
    abi::JOBOBJECT_BASIC_PROCESS_ID_LIST head;
    std::uint64_t ids[9];
  } list{};
  list.ids[8] = 77;  // behind the room given
  EXPECT_EQ(kernel::QueryInformation(job.raw(), abi::InfoClass::kBasicProcessIdList, &list,
                                     sizeof(list) - sizeof(list.ids[8])),
            Win32Error::kMoreData);
  EXPECT_EQ(list.head.NumberOfAssignedProcesses, 40U);
  EXPECT_EQ(list.head.NumberOfProcessIdsInList, 8U);
  for (int i = 0; i < 8; ++i) EXPECT_THAT(*all, testing::Contains(static_cast<ProcessId>(list.ids[i])));
  EXPECT_EQ(list.ids[8], 77U);
}

TEST(WindowsProcessList, TheOuterJobListsTheProcessesOfTheInner) {
  const Job outer = DoomedJob();
  const Job inner = DoomedJob();
  const Process first = Start({"sleep", "forever"}, {&outer});
  const Process second = Start({"sleep", "forever"}, {&outer, &inner});
  EXPECT_THAT(*outer.Processes(), testing::UnorderedElementsAre(first.id(), second.id()));
  EXPECT_THAT(*inner.Processes(), testing::ElementsAre(second.id()));
}

TEST(WindowsProcessList, ClosingADoomedJobEndsItsProcesses) {
  std::optional<Job> job = DoomedJob();
  const Process process = Start({"ignore-signals", "sleep", "forever"}, {&*job});
  job.reset();
  EXPECT_EQ(ExitCode(process), 0U);  // the system's choice: it looks like a normal end
}

TEST(WindowsProcessList, ClosingAnotherHandleOfADoomedJobEndsNothing) {
  const std::string name = UniqueJobName();
  const Job job = DoomedJob(name);
  const Process process = Start({"sleep", "forever"}, {&job});
  { const Result<Job> second = Job::Create(name); }
  std::optional<std::uint32_t> code;
  EXPECT_EQ(process.Wait(100ms, code), Win32Error::kWaitTimeout);
}

TEST(WindowsProcessList, ClosingAJobThatWasPardonedEndsNothing) {
  std::optional<Job> job = DoomedJob();
  ASSERT_EQ(job->SetKillOnClose(false), std::error_code());
  const Process process = Start({"sleep", "forever"}, {&*job});
  job.reset();
  std::optional<std::uint32_t> code;
  EXPECT_EQ(process.Wait(100ms, code), Win32Error::kWaitTimeout);
  EXPECT_EQ(process.Terminate(4), std::error_code());
  EXPECT_EQ(ExitCode(process), 4U);
}

}  // namespace
}  // namespace winjob
