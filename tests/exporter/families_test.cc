#include "exporter/families.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace winjob::exporter {
namespace {

TEST(Families, AreSortedAndNamedAsTheFieldDoes) {
  std::string last;
  for (const Family& family : JobFamilies()) {
    const std::string name(family.name);
    EXPECT_LT(last, name);
    EXPECT_TRUE(name.starts_with("winjob_")) << name;
    EXPECT_EQ(name.ends_with("_total"), family.type == Type::kCounter) << name;
    EXPECT_TRUE(family.help.ends_with(".")) << name;
    EXPECT_FALSE(family.points.empty()) << name;
    last = name;
  }
}

TEST(Families, PointsOfAFamilyDifferInTheirLabels) {
  for (const Family& family : JobFamilies()) {
    std::set<std::string_view> values;
    for (const Point& point : family.points) {
      EXPECT_TRUE(values.insert(point.label_value).second) << family.name;
      EXPECT_NE(point.label, "job") << "Prometheus owns that label";
      EXPECT_EQ(point.label.empty(), family.points.size() == 1) << family.name;
    }
  }
}

TEST(Families, AReadingThatFailedShowsNoCounters) {
  const agent::JobSample failed;
  std::set<std::string_view> shown;
  for (const Family& family : JobFamilies())
    for (const Point& point : family.points)
      if (point.value(failed).kind() != Value::Kind::kAbsent) shown.insert(family.name);
  EXPECT_EQ(shown, (std::set<std::string_view>{"winjob_regressions_total", "winjob_job_info", "winjob_job_state",
                                               "winjob_job_up", "winjob_process_restarts_total",
                                               "winjob_process_start_failures_total", "winjob_query_errors_total"}));
}

TEST(Families, EventsThatTheKernelCannotReportAreAbsentNotZero) {
  agent::JobSample sample;
  sample.support.messages = 1U << abi::kMsgNewProcess;
  const auto family = std::find_if(JobFamilies().begin(), JobFamilies().end(),
                                   [](const Family& f) { return f.name == "winjob_notifications_total"; });
  for (const Point& point : family->points)
    EXPECT_EQ(point.value(sample).kind() == Value::Kind::kInteger, point.label_value == "new_process")
        << point.label_value;
}

TEST(Families, AreAllDocumented) {
  std::ifstream file("docs/metrics.md");
  std::ostringstream text;
  text << file.rdbuf();
  for (const Family& family : JobFamilies())
    EXPECT_NE(text.str().find("`" + std::string(family.name) + "`"), std::string::npos) << family.name;
}

}  // namespace
}  // namespace winjob::exporter
