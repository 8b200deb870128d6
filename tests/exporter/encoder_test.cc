#include "exporter/encoder.h"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <memory>

namespace winjob::exporter {
namespace {

using agent::JobDescription;
using agent::JobSample;
using agent::Snapshot;

std::string Encode(const Encoder& encoder, const Snapshot& snapshot) {
  const auto page = std::make_unique<char[]>(encoder.max_size());
  return {page.get(), encoder.Encode(snapshot, page.get())};
}

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
  EXPECT_EQ(Encode(Encoder(jobs, kFamilies), snapshot),
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

TEST(Encoder, WithoutJobsThePageIsEmpty) { EXPECT_EQ(Encode(Encoder({}, kFamilies), Snapshot{}), ""); }

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
    EXPECT_EQ(Encode(Encoder(jobs, one), snapshot), prometheus::TextSerializer().Serialize({family}));
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
  EXPECT_LE(Encode(encoder, snapshot).size(), encoder.max_size());
}

}  // namespace
}  // namespace winjob::exporter
