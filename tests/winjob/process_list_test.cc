#include "winjob/process_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/fake_kernel/fixture.h"
#include "winjob/job.h"

namespace winjob {
namespace {

using ProcessListTest = fake::FakeKernelTest;

std::vector<ProcessId> Fill(const Job& job, int count) {
  std::vector<ProcessId> ids;
  for (int i = 0; i < count; ++i) ids.push_back(fake::StartIn(job).id());
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<ProcessId> Sorted(std::vector<ProcessId> ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

TEST_F(ProcessListTest, HoldsAllMembersHoweverMany) {
  const struct {
    int members;
    unsigned largest_number_of_queries;
  } cases[] = {{0, 1}, {1, 1}, {64, 1}, {65, 2}, {1'000, 2}};
  for (const auto& [members, queries] : cases) {
    fake::Reset();
    const Job job = *Job::Create();
    const std::vector<ProcessId> ids = Fill(job, members);
    const Result<std::vector<ProcessId>> listed = job.Processes();
    ASSERT_TRUE(listed) << members;
    EXPECT_EQ(Sorted(*listed), ids);
    EXPECT_LE(fake::Calls(fake::Call::kQueryInformation), queries) << members;
  }
}

TEST_F(ProcessListTest, LeavesOutTheDeadAndHoldsTheNested) {
  const Job outer = *Job::Create();
  const Job inner = *Job::Create();
  const Process nested = fake::StartIn(outer, inner);
  const std::vector<ProcessId> ids = Fill(outer, 2);
  fake::Exit(ids[0], 0);
  EXPECT_EQ(Sorted(*outer.Processes()), Sorted({nested.id(), ids[1]}));
  EXPECT_EQ(*inner.Processes(), std::vector{nested.id()});
}

TEST_F(ProcessListTest, ASuccessIsFinalEvenIfMoreProcessesAreClaimed) {
  fake::OverstateAssigned(5);
  const Job job = *Job::Create();
  const std::vector<ProcessId> ids = Fill(job, 3);
  EXPECT_EQ(Sorted(*job.Processes()), ids);
  EXPECT_EQ(fake::Calls(fake::Call::kQueryInformation), 1U);
}

TEST_F(ProcessListTest, GrowsEvenIfTheKernelDoesNotSayByHowMuch) {
  const Job job = *Job::Create();
  const std::vector<ProcessId> ids = Fill(job, 100);
  fake::FailNext(fake::Call::kQueryInformation, Win32Error::kMoreData, 0, 3);
  EXPECT_EQ(Sorted(*job.Processes()), ids);
  EXPECT_EQ(fake::Calls(fake::Call::kQueryInformation), 4U) << "it never shrinks";
}

TEST_F(ProcessListTest, GivesUpOnAKernelThatAlwaysHasMore) {
  const Job job = *Job::Create();
  fake::FailNext(fake::Call::kQueryInformation, Win32Error::kMoreData, 0, fake::kAlways);
  EXPECT_EQ(job.Processes().error(), Win32Error::kMoreData);
  EXPECT_LE(fake::Calls(fake::Call::kQueryInformation), 20U);
}

TEST_F(ProcessListTest, AnErrorEndsTheGrowth) {
  const Job job = *Job::Create();
  Fill(job, 100);
  fake::FailNext(fake::Call::kQueryInformation, Win32Error::kAccessDenied, 1);
  EXPECT_EQ(job.Processes().error(), Win32Error::kAccessDenied);
}

}  // namespace
}  // namespace winjob
