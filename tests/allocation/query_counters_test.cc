// Reading a job's counters allocates nothing: it happens at every scrape, and its failure too.
#include <gtest/gtest.h>

#include "tests/allocation/counting_allocator.h"
#include "tests/fake_kernel/fixture.h"

namespace winjob {
namespace {

using QueryCountersTest = fake::FakeKernelTest;

constexpr int kQueries = 100;

// The allocations of many queries that all have this outcome.
std::size_t AllocationsOfQueries(const Job& job, const std::error_code& outcome) {
  int others = 0;
  Counters counters;
  const AllocationCount allocations;
  for (int i = 0; i < kQueries; ++i) others += job.QueryCounters(counters) != outcome;
  const std::size_t count = allocations.count();
  EXPECT_EQ(others, 0);
  return count;
}

TEST_F(QueryCountersTest, AllocatesNothingOnSuccess) {
  const Job job = *Job::Create("job");
  const Process process = fake::StartIn(job);
  EXPECT_EQ(AllocationsOfQueries(job, {}), 0U);
}

TEST_F(QueryCountersTest, AllocatesNothingOnAKernelWithoutIoCounters) {
  fake::SetSupport({.counters = kernel::kBasicCounters, .messages = 0});
  const Job job = *Job::Create("job");
  EXPECT_EQ(AllocationsOfQueries(job, {}), 0U);
}

TEST_F(QueryCountersTest, AllocatesNothingOnFailure) {
  const Job job = *Job::Create("job");
  const Job blind = *Job::Open("job", abi::kJobTerminate);
  EXPECT_EQ(AllocationsOfQueries(blind, Win32Error::kAccessDenied), 0U);

  const std::error_code unlisted(4242, Win32Category());
  fake::FailNext(fake::Call::kQueryInformation, unlisted, 0, kQueries);
  EXPECT_EQ(AllocationsOfQueries(job, unlisted), 0U);
}

// The failing path of a caller that names the error in a label.
TEST_F(QueryCountersTest, NamingTheErrorAllocatesNothing) {
  const std::error_code error = Win32Error::kAccessDenied;
  std::size_t length = 0;
  const AllocationCount allocations;
  length += ErrorName(error).size();
  EXPECT_EQ(allocations.count(), 0U);
  EXPECT_GT(length, 0U);
}

}  // namespace
}  // namespace winjob
