// The series of single processes: each number in its own, in both formats, in JSON, and in the model of prometheus-cpp.
#include "exporter/process_series.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "exporter/endpoints.h"
#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::exporter {
namespace {

using agent::ProcessSample;
using agent::ProcessSamples;

agent::Snapshot Empty() {
  agent::Snapshot snapshot;
  snapshot.descriptions = std::make_shared<const agent::JobDescriptions>(
      agent::JobDescriptions{{"quiet", "q"}, {"bu\"ild", "b"}, {"linux", "l"}});
  snapshot.jobs.resize(snapshot.descriptions->size());
  return snapshot;
}

// Two jobs that ask: one on a kernel that tells all, one where the commit of a process is not known.
agent::Snapshot TwoJobs() {
  agent::Snapshot snapshot = Empty();
  ProcessSamples& build = snapshot.processes.Add();
  build.job = 1;
  build.unreadable = 3;
  build.processes.Add() = {
      ProcessId{4711},
      "a\\b \"c\".exe",
      {17, Ticks(17'950'000'001'230'000), Ticks(25'000'000), Ticks(5'000'001), Bytes(101), Bytes(103)}};
  build.processes.Add() = {
      ProcessId{8}, "", {19, Ticks(17'950'000'010'000'000), Ticks(0), Ticks(10'000'000), Bytes(107), Bytes(109)}};
  ProcessSamples& linux_job = snapshot.processes.Add();
  linux_job.job = 2;
  linux_job.processes.Add() = {
      ProcessId{4711},
      "sh",
      {23, Ticks(17'950'000'020'000'000), Ticks(20'000'000), Ticks(1), Bytes(113), std::nullopt}};
  return snapshot;
}

std::string Text(const agent::Snapshot& snapshot, Format format = Format::kText) {
  std::vector<FamilyText> families;
  AddProcessText(snapshot, format, families);
  std::string text;
  for (const FamilyText& family : families) text += family.text;
  return text;
}

constexpr char kLines[] =
    R"(winjob_process_cpu_seconds_total{job_object="bu\"ild",pid="4711",image="a\\b \"c\".exe",started="1795000000.123",mode="kernel"} 0.5000001
winjob_process_cpu_seconds_total{job_object="bu\"ild",pid="4711",image="a\\b \"c\".exe",started="1795000000.123",mode="user"} 2.5
winjob_process_cpu_seconds_total{job_object="bu\"ild",pid="8",image="",started="1795000001",mode="kernel"} 1
winjob_process_cpu_seconds_total{job_object="bu\"ild",pid="8",image="",started="1795000001",mode="user"} 0
winjob_process_cpu_seconds_total{job_object="linux",pid="4711",image="sh",started="1795000002",mode="kernel"} 0.0000001
winjob_process_cpu_seconds_total{job_object="linux",pid="4711",image="sh",started="1795000002",mode="user"} 2
winjob_process_memory_commit_bytes{job_object="bu\"ild",pid="4711",image="a\\b \"c\".exe",started="1795000000.123"} 103
winjob_process_memory_commit_bytes{job_object="bu\"ild",pid="8",image="",started="1795000001"} 109
winjob_process_memory_working_set_bytes{job_object="bu\"ild",pid="4711",image="a\\b \"c\".exe",started="1795000000.123"} 101
winjob_process_memory_working_set_bytes{job_object="bu\"ild",pid="8",image="",started="1795000001"} 107
winjob_process_memory_working_set_bytes{job_object="linux",pid="4711",image="sh",started="1795000002"} 113
winjob_process_start_time_seconds{job_object="bu\"ild",pid="4711",image="a\\b \"c\".exe",started="1795000000.123"} 1795000000.123
winjob_process_start_time_seconds{job_object="bu\"ild",pid="8",image="",started="1795000001"} 1795000001
winjob_process_start_time_seconds{job_object="linux",pid="4711",image="sh",started="1795000002"} 1795000002
winjob_unreadable_processes{job_object="bu\"ild"} 3
winjob_unreadable_processes{job_object="linux"} 0
)";

std::string WithoutMetadata(const std::string& text) {
  std::string lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (!line.starts_with("# ")) lines += line + "\n";
  return lines;
}

TEST(ProcessSeries, EveryNumberStandsInItsOwnSeriesInBothFormats) {
  const std::string text = Text(TwoJobs());
  EXPECT_EQ(WithoutMetadata(text), kLines);
  EXPECT_NE(text.find("# TYPE winjob_process_cpu_seconds_total counter\n"), text.npos) << text;
  const std::string open_metrics = Text(TwoJobs(), Format::kOpenMetrics);
  EXPECT_EQ(WithoutMetadata(open_metrics), kLines);
  for (const char* line : {"# TYPE winjob_process_cpu_seconds counter\n# UNIT winjob_process_cpu_seconds seconds\n",
                           "# UNIT winjob_process_memory_commit_bytes bytes\n"})
    EXPECT_NE(open_metrics.find(line), text.npos) << line << open_metrics;
}

TEST(ProcessSeries, AreAsManyAsTheBudgetCounts) {
  agent::Snapshot snapshot = TwoJobs();
  std::uint64_t counted = snapshot.processes.size();  // one for each job, of those that cannot be read
  for (const ProcessSamples& job : snapshot.processes)
    for (const ProcessSample& process : job.processes) counted += SeriesOf(process);
  const std::string lines = WithoutMetadata(Text(snapshot));
  EXPECT_EQ(static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n')), counted);
}

TEST(ProcessSeries, WithoutAnyThePageStaysAsItIs) {
  EXPECT_EQ(Text(Empty()), "");
  agent::Snapshot snapshot = Empty();
  snapshot.processes.Add().job = 1;
  EXPECT_EQ(WithoutMetadata(Text(snapshot)), "winjob_unreadable_processes{job_object=\"bu\\\"ild\"} 0\n")
      << "a family without a series is not on the page";
  std::vector<FamilyText> families = {{"winjob_a", "a\n"}, {"winjob_z", "z\n"}};
  AddProcessText(TwoJobs(), Format::kText, families);
  EXPECT_TRUE(std::is_sorted(families.begin(), families.end(),
                             [](const FamilyText& a, const FamilyText& b) { return a.name < b.name; }));
  EXPECT_EQ(families.size(), 2 + ProcessFamilies().size());
}

TEST(ProcessSeries, FamiliesAreSortedNamedAndDocumented) {
  std::ostringstream page;
  page << std::ifstream("docs/metrics.md").rdbuf();
  std::string last;
  std::set<std::string_view> of_jobs;
  for (const Family& family : JobFamilies()) of_jobs.insert(family.name);
  for (const ProcessFamily& family : ProcessFamilies()) {
    const std::string name(family.name);
    EXPECT_LT(last, name);
    EXPECT_EQ(name.ends_with("_total"), family.type == Type::kCounter) << name;
    EXPECT_TRUE(family.help.ends_with(".")) << name;
    EXPECT_NE(family.points.empty(), family.of_job == nullptr) << name;
    EXPECT_FALSE(of_jobs.contains(family.name)) << name;
    EXPECT_NE(page.str().find("`" + name + "`"), std::string::npos) << name << " is not in docs/metrics.md";
    last = name;
  }
}

class ProcessPageTest : public testing::Test {
 protected:
  ProcessPageTest() {
    fake::Reset();
    config::Config config;
    config.series_budget = 7;
    config.max_age = std::chrono::milliseconds(0);
    config.jobs.resize(2);
    config.jobs[0].name = "quiet";
    config.jobs[0].object = "Local\\quiet";
    config.jobs[1].name = "build";
    config.jobs[1].object = "Local\\build";
    config.jobs[1].process_metrics = {.top = 3, .by = config::ProcessMetrics::By::kMemory};
    config.jobs[1].start = {{{"a.exe"}}, {{"b.exe"}}};
    agent_ = std::move(*agent::Agent::Start(config, records_.log(), [this](const agent::Snapshot& snapshot, auto took) {
      self_.ObservePoll(snapshot, took);
    }));
    const std::vector<fake::Started> started = fake::StartedProcesses();
    fake::DescribeAs(started[1].id, {.image = "b.exe"});
    EXPECT_TRUE(fake::Commit(started[1].id, Bytes(131)));
    endpoints_.Serve(*agent_);
  }

  std::string Get(std::string_view path) { return std::string(endpoints_.Handle({"GET", path}, buffer_).body); }

  agent::RecordedLog records_;
  SelfMetrics self_{kernel::Identity{"fake", "full", ""}};
  Endpoints endpoints_{"/metrics", self_};
  std::unique_ptr<agent::Agent> agent_;
  Buffer buffer_;
};

TEST_F(ProcessPageTest, StandsBetweenTheOtherFamiliesAndWithinTheBudget) {
  const std::string page = Get("/metrics");
  EXPECT_NE(page.find("winjob_process_memory_commit_bytes{job_object=\"build\",pid="), page.npos) << page;
  EXPECT_NE(page.find("\"} 131\n"), page.npos) << page;
  EXPECT_EQ(page.find("job_object=\"quiet\",pid="), page.npos) << "it did not ask";
  EXPECT_NE(page.find("\nwinjob_series_dropped 5\n"), page.npos) << page;
  EXPECT_LT(page.find("# TYPE winjob_page_faults_total"), page.find("# TYPE winjob_process_cpu_seconds_total"));
  EXPECT_LT(page.find("# TYPE winjob_process_cpu_seconds_total"), page.find("# TYPE winjob_process_exits_total"));
}

TEST_F(ProcessPageTest, IsInTheJsonOfTheJobThatAsks) {
  const std::string json = Get("/api/v1/jobs");
  const std::size_t at = json.find("\"name\":\"build\"");
  ASSERT_NE(at, json.npos) << json;
  EXPECT_EQ(json.substr(0, at).find("processes\":["), json.npos) << "it did not ask: " << json;
  const auto has = [&](const std::string& text) { return json.find(text, at) != json.npos; };
  EXPECT_TRUE(has("},\"unreadable_processes\":0,\"processes\":[{\"pid\":")) << json;
  EXPECT_TRUE(
      has(",\"image\":\"b.exe\",\"cpu_seconds_total\":{\"kernel\":0,\"user\":0},\"memory_commit_bytes\":131,"
          "\"memory_working_set_bytes\":0,\"start_time_seconds\":"))
      << json;
}

}  // namespace
}  // namespace winjob::exporter
