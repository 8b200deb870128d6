// What happened lately, over polls and over changes of the jobs.
#include "exporter/landing/recent_events.h"

#include <gtest/gtest.h>

namespace winjob::exporter::landing {
namespace {

using Names = std::vector<std::string>;

class RecentEventsTest : public testing::Test {
 protected:
  void Jobs(const Names& names) {
    agent::JobDescriptions descriptions;
    for (const std::string& name : names) descriptions.push_back({name, "object-of-" + name});
    snapshot_.descriptions = std::make_shared<const agent::JobDescriptions>(descriptions);
    snapshot_.jobs.resize(names.size());
    for (agent::JobSample& sample : snapshot_.jobs) sample.support.messages = ~0U;
  }
  std::uint64_t& Count(std::size_t job, Event event) {
    return snapshot_.jobs[job].events[static_cast<std::size_t>(event)];
  }
  // "job event xcount" of each, the latest first.
  Names Poll() {
    snapshot_.wall_time += std::chrono::seconds(1);
    recent_.Observe(snapshot_);
    Names lines;
    for (const RecentEvent& event : recent_.Latest())
      lines.push_back(event.job_name() + " " + std::string(event.name) + " x" +
                      std::to_string(static_cast<int>(event.count)));
    return lines;
  }

  agent::Snapshot snapshot_;
  RecentEvents recent_;
};

TEST_F(RecentEventsTest, TheLatestGrowthComesFirstAndEachJobAndEventOnce) {
  Jobs({"a", "b"});
  EXPECT_EQ(Poll(), Names());
  Count(0, Event::kNewProcess) = 2;
  EXPECT_EQ(Poll(), (Names{"a new_process x2"}));
  Count(1, Event::kNewProcess) = 3;
  EXPECT_EQ(Poll(), (Names{"b new_process x3", "a new_process x2"}));
  Count(0, Event::kNewProcess) = 7;
  EXPECT_EQ(Poll(), (Names{"a new_process x5", "b new_process x3"}));
  EXPECT_EQ(Poll(), (Names{"a new_process x5", "b new_process x3"})) << "nothing grew";
}

TEST_F(RecentEventsTest, AfterAReloadEventsKeepTheirJobAndJobsTheirCounts) {
  Jobs({"a", "b"});
  Count(0, Event::kNewProcess) = 2;
  Count(1, Event::kNewProcess) = 30;
  Poll();
  const agent::JobSample b = snapshot_.jobs[1];
  Jobs({"b", "c"});  // a is gone, b comes first
  snapshot_.jobs[0] = b;
  snapshot_.jobs[1].events = {};
  EXPECT_EQ(Poll(), (Names{"b new_process x30", "a new_process x2"})) << "b did not start thirty again";
  Count(0, Event::kNewProcess) = 31;
  Count(1, Event::kNewProcess) = 4;
  EXPECT_EQ(Poll(), (Names{"c new_process x4", "b new_process x1", "a new_process x2"}));
}

TEST_F(RecentEventsTest, TheOldestOfManyGoes) {
  Names names;
  for (std::size_t i = 0; i < RecentEvents::kMost + 1; ++i) names.push_back("j" + std::to_string(i));
  Jobs(names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    Count(i, Event::kNewProcess) = 1;
    Poll();
  }
  const Names lines = Poll();
  EXPECT_EQ(lines.size(), RecentEvents::kMost);
  EXPECT_EQ(lines.back(), "j1 new_process x1");
}

}  // namespace
}  // namespace winjob::exporter::landing
