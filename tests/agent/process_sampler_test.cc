// The processes of a job that use most: which they are, and what becomes of the reading when one of them goes away.
#include "agent/process_sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

using By = config::ProcessMetrics::By;
using fake::Call;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr unsigned kMembers = 4;

class ProcessSamplerTest : public testing::Test {
 protected:
  ProcessSamplerTest() {
    fake::Reset();
    job_.emplace(*Job::Create("Local\\sampled"));
    const char* const images[] = {"a.exe", "b.exe", "c.exe", "d.exe"};
    const std::uint64_t commits[] = {3'000, 1'000, 4'000, 2'000};
    for (unsigned i = 0; i < kMembers; ++i) {
      members_[i] = fake::AddProcess();
      EXPECT_FALSE(job_->Assign(members_[i]));
      fake::DescribeAs(members_[i], {.image = images[i], .path = "C:\\secret\\" + std::string(images[i])});
      EXPECT_TRUE(fake::Commit(members_[i], Bytes(commits[i])));
      fake::SetWorkingSet(members_[i], Bytes(commits[i] + 1 + i));
    }
  }

  std::vector<std::string> Images(std::uint32_t top = 2, By by = By::kMemory) {
    EXPECT_EQ(sampler_.Sample(*job_, "sampled", {top, by}, log_, samples_), std::error_code());
    return Shown();
  }
  std::vector<std::string> Shown() {
    std::vector<std::string> images;
    for (const ProcessSample& process : samples_.processes) images.push_back(process.image);
    return images;
  }
  void Use(unsigned member, std::int64_t user, std::int64_t kernel) {
    fake::Usage usage;
    usage.user_time = Ticks(user);
    usage.kernel_time = Ticks(kernel);
    fake::Use(members_[member], usage);
  }

  std::optional<Job> job_;
  ProcessId members_[kMembers];
  RecordedLog records_;
  Log log_ = records_.log();
  ProcessSampler sampler_;
  ProcessSamples samples_;
};

TEST_F(ProcessSamplerTest, TakesThoseWithTheMostMemoryTheLargestFirst) {
  EXPECT_THAT(Images(1), ElementsAre("c.exe"));
  EXPECT_THAT(Images(2), ElementsAre("c.exe", "a.exe"));
  EXPECT_THAT(Images(3), ElementsAre("c.exe", "a.exe", "d.exe"));
  EXPECT_THAT(Images(1'000), ElementsAre("c.exe", "a.exe", "d.exe", "b.exe"));
  fake::Decommit(members_[2], Bytes(2'500));
  EXPECT_THAT(Images(2), ElementsAre("a.exe", "d.exe"));
}

TEST_F(ProcessSamplerTest, EveryFieldIsTheProcessesOwn) {
  Use(2, 25'000'000, 5'000'001);
  Images(1);
  const ProcessSample& process = samples_.processes[0];
  EXPECT_EQ(process.id, members_[2]);
  EXPECT_EQ(process.counters.user_time, Ticks(25'000'000));
  EXPECT_EQ(process.counters.kernel_time, Ticks(5'000'001));
  EXPECT_EQ(process.counters.commit, Bytes(4'000));
  EXPECT_EQ(process.counters.working_set, Bytes(4'003));
  EXPECT_GT(process.counters.started, Ticks(0));
  EXPECT_EQ(process.counters.started.count() % (Ticks::kPerSecond / 1000), 0);
}

TEST_F(ProcessSamplerTest, ByCpuCountsWhatWasUsedSinceTheLastReading) {
  Use(0, 100, 0);
  Use(1, 40, 50);
  Use(3, 0, 80);
  EXPECT_THAT(Images(3, By::kCpu), ElementsAre("a.exe", "b.exe", "d.exe")) << "at first all that they have used";
  Use(1, 1, 0);
  Use(3, 2, 1);
  Use(2, 0, 2);
  EXPECT_THAT(Images(3, By::kCpu), ElementsAre("d.exe", "c.exe", "b.exe"));
  EXPECT_THAT(Images(2, By::kCpu), ElementsAre("a.exe", "b.exe")) << "nobody used any: the totals decide";
}

TEST_F(ProcessSamplerTest, WhatAKernelDoesNotTellDecidesNothing) {
  fake::SetSupport({kernel::kBasicCounters & ~(kernel::kUserTime | kernel::kKernelTime), 0});
  fake::SetWorkingSet(members_[1], Bytes(5'000));
  EXPECT_THAT(Images(2, By::kMemory), ElementsAre("b.exe", "c.exe")) << "by what they have resident";
  EXPECT_FALSE(samples_.processes[0].counters.commit);
  EXPECT_THAT(Images(2, By::kCpu), ElementsAre("b.exe", "c.exe"));
  EXPECT_FALSE(samples_.processes[0].counters.user_time);
}

TEST_F(ProcessSamplerTest, WhenOneEndsTheNextComesIn) {
  EXPECT_THAT(Images(), ElementsAre("c.exe", "a.exe"));
  fake::Exit(members_[2], 0);
  EXPECT_THAT(Images(), ElementsAre("a.exe", "d.exe"));
}

// Each question, of the list's order and then of those taken, meets a process that has just ended.
TEST_F(ProcessSamplerTest, OneThatVanishesBetweenTwoQuestionsIsLeftOut) {
  const std::vector<std::string> without[] = {{"c.exe", "d.exe"}, {"c.exe", "a.exe"}, {"a.exe", "d.exe"},
                                              {"c.exe", "a.exe"}, {"a.exe"},          {"c.exe"}};
  for (unsigned question = 0; question < std::size(without); ++question) {
    fake::FailNext(Call::kQueryProcessCounters, make_error_code(Win32Error::kInvalidParameter), question);
    EXPECT_EQ(Images(), without[question]) << question;
    EXPECT_EQ(samples_.unreadable, 0U);
  }
  EXPECT_EQ(records_.Count({""}), 0);
}

TEST_F(ProcessSamplerTest, OneThatMayNotBeReadIsCountedAndToldOfOnce) {
  for (int reading = 0; reading < 3; ++reading) {
    fake::FailNext(Call::kQueryProcessCounters, make_error_code(Win32Error::kAccessDenied), 1, 2);
    EXPECT_THAT(Images(), ElementsAre("a.exe", "d.exe"));
    EXPECT_EQ(samples_.unreadable, 2U);
  }
  EXPECT_EQ(records_.Count({"cannot be read", "job_object=sampled", "processes=2"}), 1);
  EXPECT_THAT(Images(), ElementsAre("c.exe", "a.exe"));
  EXPECT_EQ(samples_.unreadable, 0U);
  fake::FailNext(Call::kQueryProcessCounters, make_error_code(Win32Error::kAccessDenied));
  Images();
  EXPECT_EQ(records_.Count({"cannot be read"}), 2) << "again, after all could be read";
}

TEST_F(ProcessSamplerTest, AListThatFailsShowsNobody) {
  Images();
  for (int reading = 0; reading < 2; ++reading) {
    fake::FailNext(Call::kQueryInformation, make_error_code(Win32Error::kAccessDenied));
    EXPECT_EQ(sampler_.Sample(*job_, "sampled", {2, By::kMemory}, log_, samples_), Win32Error::kAccessDenied);
    EXPECT_THAT(Shown(), IsEmpty());
  }
  EXPECT_EQ(records_.Count({"cannot be listed", "job_object=sampled"}), 1);
}

TEST_F(ProcessSamplerTest, AProcessThatGetsTheIdOfAnotherIsAnother) {
  Use(1, 1'000, 0);
  EXPECT_THAT(Images(1, By::kCpu), ElementsAre("b.exe"));
  const Ticks started = samples_.processes[0].counters.started;
  fake::Exit(members_[1], 0);
  ASSERT_EQ(fake::AddProcess(members_[1]), members_[1]);
  ASSERT_FALSE(job_->Assign(members_[1]));
  Use(1, 1'001, 0);
  Use(0, 500, 0);
  EXPECT_THAT(Images(1, By::kCpu), ElementsAre("b.exe")) << "it has used 1001, not 1 more";
  EXPECT_GT(samples_.processes[0].counters.started, started);
}

TEST_F(ProcessSamplerTest, OneThatGotTheIdWhileThisReadingWasTakenIsNotShown) {
  fake::TakeOverId(members_[2], kMembers);
  EXPECT_THAT(Images(), ElementsAre("a.exe"));
}

TEST_F(ProcessSamplerTest, AnImageIsUtf8WhateverTheFileIsCalled) {
  fake::DescribeAs(members_[2], {.image = "c\xFF\xC3.\xE2\x82\xAC"});
  EXPECT_THAT(Images(1), ElementsAre("c\xEF\xBF\xBD\xEF\xBF\xBD.\xE2\x82\xAC"));
}

}  // namespace
}  // namespace winjob::agent
