#include "agent/series_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/agent/recorded_log.h"

namespace winjob::agent {
namespace {

using testing::ElementsAre;

// A process of this many series: two to five of them are known.
ProcessSample ProcessOf(unsigned series) {
  ProcessSample process;
  if (series > 1) process.counters.user_time = Ticks(1);
  if (series > 2) process.counters.working_set = Bytes(2);
  if (series > 3) process.counters.kernel_time = Ticks(3);
  if (series > 4) process.counters.commit = Bytes(4);
  return process;
}

class SeriesBudgetTest : public testing::Test {
 protected:
  // Jobs with processes of so many series each.
  void Fill(const std::vector<std::vector<unsigned>>& jobs) {
    reading_.Clear();
    for (const std::vector<unsigned>& processes : jobs) {
      ProcessSamples& job = reading_.Add();
      job.processes.Clear();
      for (const unsigned series : processes) job.processes.Add() = ProcessOf(series);
    }
  }
  std::vector<std::size_t> Kept() const {
    std::vector<std::size_t> kept;
    for (const ProcessSamples& job : reading_) kept.push_back(job.processes.size());
    return kept;
  }

  RecordedLog records_;
  Log log_ = records_.log();
  SeriesBudget budget_{log_};
  ProcessReading reading_;
};

TEST_F(SeriesBudgetTest, CountsTheSeriesThatAProcessHas) {
  for (unsigned series = 1; series <= 5; ++series) EXPECT_EQ(SeriesOf(ProcessOf(series)), series);
}

TEST_F(SeriesBudgetTest, DropsWholeProcessesTheLowestRankFirst) {
  const struct {
    std::uint32_t most;
    std::vector<std::size_t> kept;
    std::uint64_t dropped;
  } kCases[] = {{100, {3, 0, 1, 2}, 0}, {24, {3, 0, 1, 2}, 0}, {23, {2, 0, 1, 2}, 4},  {20, {2, 0, 1, 2}, 4},
                {19, {2, 0, 1, 1}, 9},  {15, {2, 0, 1, 1}, 9}, {14, {1, 0, 1, 1}, 14}, {10, {1, 0, 1, 1}, 14},
                {9, {1, 0, 1, 0}, 19},  {5, {1, 0, 1, 0}, 19}, {4, {1, 0, 0, 0}, 21},  {3, {1, 0, 0, 0}, 21},
                {2, {0, 0, 0, 0}, 24},  {1, {0, 0, 0, 0}, 24}};
  for (const auto& [most, kept, dropped] : kCases) {
    Fill({{3, 5, 4}, {}, {2}, {5, 5}});
    EXPECT_EQ(budget_.Apply(most, reading_), dropped) << most;
    EXPECT_EQ(Kept(), kept) << most;
  }
}

TEST_F(SeriesBudgetTest, TellsWhenItBeginsToDropAndWhenItEnds) {
  const auto apply = [&](std::uint32_t most) {
    Fill({{3, 5}});
    return budget_.Apply(most, reading_);
  };
  EXPECT_EQ(apply(8), 0U);
  EXPECT_EQ(records_.Count({""}), 0);
  for (const std::uint32_t most : {7U, 7U, 2U, 4U}) EXPECT_GT(apply(most), 0U);
  EXPECT_EQ(records_.Count({"left out", "series_budget=7", "dropped=5"}), 1);
  EXPECT_EQ(records_.Count({""}), 1);
  for (int reading = 0; reading < 2; ++reading) EXPECT_EQ(apply(9), 0U);
  EXPECT_EQ(records_.Count({"on the page again", "series_budget=9"}), 1);
  EXPECT_EQ(apply(3), 5U);
  EXPECT_EQ(records_.Count({"left out"}), 2);
}

TEST_F(SeriesBudgetTest, HasNothingToDoWhereNobodyAsks) {
  Fill({});
  EXPECT_EQ(budget_.Apply(1, reading_), 0U);
  EXPECT_EQ(records_.Count({""}), 0);
}

}  // namespace
}  // namespace winjob::agent
