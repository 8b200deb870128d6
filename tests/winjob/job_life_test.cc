// A job over its life: processes put in by their id, its end awaited, its name kept, its peak begun anew.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

#include "tests/fake_kernel/fixture.h"
#include "winjob/job.h"

namespace winjob {
namespace {

using JobLifeTest = fake::FakeKernelTest;

TEST_F(JobLifeTest, AProcessIsAssignedByItsIdWithTheLeastRights) {
  const Job job = *Job::Create("adopting");
  const ProcessId id = fake::AddProcess();
  ASSERT_FALSE(job.Assign(id));
  EXPECT_EQ(fake::Members("adopting"), std::vector{id});
  const Process least = *Process::Open(fake::AddProcess(), abi::kProcessAssign);
  EXPECT_FALSE(job.Assign(least)) << "these rights suffice";
  EXPECT_EQ(job.Assign(ProcessId(3)), Win32Error::kInvalidParameter);
}

TEST_F(JobLifeTest, AnEmptyJobIsAwaitedNoLonger) {
  const Job job = *Job::Create();
  EXPECT_FALSE(job.WaitUntilEmpty(Timeout(0)));
  EXPECT_FALSE(job.WaitUntilEmpty(kForever));
}

TEST_F(JobLifeTest, TheWaitForTheLastProcessTimesOutOrEnds) {
  const Job job = *Job::Create();
  const Process first = fake::StartIn(job);
  const Process second = fake::StartIn(job);
  EXPECT_EQ(job.WaitUntilEmpty(Timeout(0)), Win32Error::kWaitTimeout);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(job.WaitUntilEmpty(Timeout(60)), Win32Error::kWaitTimeout);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, Timeout(60)) << "not before the time";

  fake::Exit(first.id(), 0);
  EXPECT_EQ(job.WaitUntilEmpty(Timeout(1)), Win32Error::kWaitTimeout) << "one is left";
  std::thread ender([&] { fake::Exit(second.id(), 0); });
  EXPECT_FALSE(job.WaitUntilEmpty(kForever));
  ender.join();
}

TEST_F(JobLifeTest, AHandleInAProcessKeepsTheNameUntilThatProcessEnds) {
  std::optional<Job> job = *Job::Create("kept");
  const Process stranger = *Process::Open(fake::AddProcess());
  ASSERT_FALSE(job->KeepName(stranger));
  const Process member = fake::StartIn(*job);
  ASSERT_FALSE(job->KeepName(member));
  job.reset();
  EXPECT_TRUE(fake::NameExists("kept"));
  fake::Exit(member.id(), 0);
  EXPECT_TRUE(Job::Open("kept")) << "the other one keeps it";
  fake::Exit(stranger.id(), 0);
  EXPECT_FALSE(fake::NameExists("kept"));
}

TEST_F(JobLifeTest, ANameIsNotKeptWhereThatWouldKeepAJobThatIsToBeKilled) {
  Job job = *Job::Create("doomed");
  const Process member = fake::StartIn(job);
  for (const bool zeros : {false, true}) {
    if (zeros) fake::ReadLimitsAsZero();
    ASSERT_FALSE(job.SetKillOnClose(true));
    EXPECT_EQ(job.KeepName(member), Win32Error::kInvalidParameter) << zeros;
    ASSERT_FALSE(job.SetKillOnClose(false));
  }
  EXPECT_FALSE(job.KeepName(member));
  fake::Exit(member.id(), 0);
  EXPECT_EQ(job.KeepName(member), Win32Error::kAccessDenied) << "it has ended";
}

TEST_F(JobLifeTest, ThePeakOfMemoryBeginsAnewWithWhatThereIs) {
  Job job = *Job::Create();
  const Process process = fake::StartIn(job);
  ASSERT_TRUE(fake::Commit(process.id(), Bytes(700)));
  fake::Decommit(process.id(), Bytes(400));
  MemoryUsage memory;
  ASSERT_FALSE(job.QueryMemory(memory));
  EXPECT_EQ(memory.peak_job, Bytes(700));
  ASSERT_FALSE(job.ResetPeakMemory());
  ASSERT_FALSE(job.QueryMemory(memory));
  EXPECT_EQ(memory.peak_job, Bytes(300));
  EXPECT_EQ(memory.peak_process, Bytes(700)) << "that of the process stays";
}

TEST_F(JobLifeTest, WhatAKernelDoesNotKnowIsNotSupported) {
  Job job = *Job::Create();
  fake::LackClass(abi::InfoClass::kClearPeakJobMemory);
  fake::LackClass(abi::InfoClass::kFreeze);
  EXPECT_EQ(job.ResetPeakMemory(), Win32Error::kNotSupported);
  EXPECT_EQ(job.SetFrozen(true), Win32Error::kNotSupported);
  EXPECT_EQ(job.SetFrozen(false), Win32Error::kNotSupported);
}

}  // namespace
}  // namespace winjob
