#include "exporter/encoder.h"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include "tests/exporter/render.h"

namespace winjob::exporter {
namespace {

using agent::JobDescription;
using agent::JobSample;
using agent::Snapshot;

constexpr Point kUp[] = {{"", "", [](const JobSample& s) { return Value(std::uint64_t{s.up}); }}};
constexpr Point kTwo[] = {{"mode", "a\"b", [](const JobSample& s) { return Value(s.query_errors); }},
                          {"mode", "c", [](const JobSample& s) { return Value(s.start_failures); }}};
constexpr Point kNever[] = {{"", "", [](const JobSample&) { return Value(); }}};

constexpr Family kFamilies[] = {
    {"up", "Line\none \\ two.", Type::kGauge, kUp},
    {"never", "Has no sample.", Type::kGauge, kNever},
    {"two_total", "Two.", Type::kCounter, kTwo, JobLabels::kObject},
};

TEST(Encoder, WritesTheFormat) {
  const JobDescription jobs[] = {{"a\\b\n\"c\"", "Local\\x"}, {"d", "Global\\y"}};
  Snapshot snapshot;
  snapshot.jobs.resize(2);
  snapshot.jobs[0].up = true;
  snapshot.jobs[0].query_errors = 3;
  snapshot.jobs[0].start_failures = 5;
  snapshot.jobs[1].query_errors = 7;
  snapshot.jobs[1].start_failures = 11;
  EXPECT_EQ(Render(Encoder(jobs, kFamilies), snapshot),
            "# HELP up Line\\none \\\\ two.\n"
            "# TYPE up gauge\n"
            "up{job_object=\"a\\\\b\\n\\\"c\\\"\"} 1\n"
            "up{job_object=\"d\"} 0\n"
            "# HELP two_total Two.\n"
            "# TYPE two_total counter\n"
            "two_total{job_object=\"a\\\\b\\n\\\"c\\\"\",object=\"Local\\\\x\",mode=\"a\\\"b\"} 3\n"
            "two_total{job_object=\"d\",object=\"Global\\\\y\",mode=\"a\\\"b\"} 7\n"
            "two_total{job_object=\"a\\\\b\\n\\\"c\\\"\",object=\"Local\\\\x\",mode=\"c\"} 5\n"
            "two_total{job_object=\"d\",object=\"Global\\\\y\",mode=\"c\"} 11\n");
}

TEST(Encoder, WritesOpenMetrics) {
  const JobDescription jobs[] = {{"a", "Local\\x"}};
  Snapshot snapshot;
  snapshot.jobs.resize(1);
  snapshot.jobs[0].query_errors = 3;
  snapshot.jobs[0].start_failures = 5;
  constexpr Family kUnits[] = {
      {"a_bytes_total", "Says \"x\".", Type::kCounter, kTwo},
      {"b_info", "Info.", Type::kGauge, kUp, JobLabels::kObject},
      {"c_seconds", "", Type::kGauge, kUp},
      {"seconds", "No unit: the whole name.", Type::kGauge, kUp},
  };
  EXPECT_EQ(Render(Encoder(jobs, kUnits), snapshot, Format::kOpenMetrics),
            "# TYPE a_bytes counter\n"
            "# UNIT a_bytes bytes\n"
            "# HELP a_bytes Says \\\"x\\\".\n"
            "a_bytes_total{job_object=\"a\",mode=\"a\\\"b\"} 3\n"
            "a_bytes_total{job_object=\"a\",mode=\"c\"} 5\n"
            "# TYPE b info\n"
            "# HELP b Info.\n"
            "b_info{job_object=\"a\",object=\"Local\\\\x\"} 0\n"
            "# TYPE c_seconds gauge\n"
            "# UNIT c_seconds seconds\n"
            "c_seconds{job_object=\"a\"} 0\n"
            "# TYPE seconds gauge\n"
            "# HELP seconds No unit: the whole name.\n"
            "seconds{job_object=\"a\"} 0\n"
            "# EOF\n");
}

TEST(Encoder, OtherFamiliesStandWhereTheirNamesBelong) {
  const JobDescription jobs[] = {{"a", "o"}};
  Snapshot snapshot;
  snapshot.jobs.resize(1);
  constexpr Family kBetween[] = {
      {"b", "", Type::kGauge, kUp}, {"d", "", Type::kGauge, kNever}, {"f", "", Type::kGauge, kUp}};
  const FamilyText others[] = {{"a", "a 1\n"}, {"c", "c 2\n"}, {"e", "e 3\n"}, {"g", "g 4\n"}};
  EXPECT_EQ(Render(Encoder(jobs, kBetween), snapshot, Format::kText, others),
            "a 1\n# TYPE b gauge\nb{job_object=\"a\"} 0\nc 2\ne 3\n# TYPE f gauge\nf{job_object=\"a\"} 0\ng 4\n");
}

TEST(Encoder, WithoutJobsThePageIsEmpty) {
  EXPECT_EQ(Render(Encoder({}, kFamilies), Snapshot{}), "");
  EXPECT_EQ(Render(Encoder({}, kFamilies), Snapshot{}, Format::kOpenMetrics), "# EOF\n");
}

TEST(Encoder, LabelsAreEscapedAsPrometheusCppDoes) {
  for (const std::string& name :
       {std::string("plain"), std::string("q\"uote"), std::string("back\\slash"), std::string("new\nline"),
        std::string("\xC3\xA9\xF0\x9F\x90\xA7"), std::string("{a=\"b\"} 1"), std::string(200, 'x')}) {
    prometheus::MetricFamily family{"up", "Line.", prometheus::MetricType::Gauge, {}};
    prometheus::ClientMetric metric;
    metric.label = {{"job_object", name}};
    family.metric.push_back(metric);
    const JobDescription jobs[] = {{name, "o"}};
    Snapshot snapshot;
    snapshot.jobs.resize(1);
    const Family one[] = {{"up", "Line.", Type::kGauge, kUp}};
    EXPECT_EQ(Render(Encoder(jobs, one), snapshot), prometheus::TextSerializer().Serialize({family}));
  }
}

TEST(Encoder, NeverWritesPastItsOwnEstimate) {
  std::vector<JobDescription> jobs(50, JobDescription{std::string(300, '"'), std::string(300, '\\')});
  Snapshot snapshot;
  snapshot.jobs.resize(jobs.size());
  for (JobSample& sample : snapshot.jobs) {
    sample.support = {kernel::kAllCounters, ~0U};
    sample.counters.user_time = Ticks(std::numeric_limits<std::int64_t>::min());
    sample.counters.read_bytes = Bytes(std::numeric_limits<std::uint64_t>::max());
    sample.events.fill(std::numeric_limits<std::uint64_t>::max());
  }
  const Encoder encoder(jobs);
  EXPECT_LE(Render(encoder, snapshot).size(), encoder.max_size());
}

}  // namespace
}  // namespace winjob::exporter
