#include "exporter/job_collectable.h"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <memory>
#include <optional>
#include <thread>

#include "agent/agent.h"
#include "exporter/families.h"
#include "tests/agent/recorded_log.h"
#include "tests/exporter/distinct_usage.h"
#include "tests/exporter/page_reader.h"
#include "tests/exporter/render.h"
#include "tests/fake_kernel/fake_kernel.h"
#include "tests/winjob/limit_samples.h"

namespace winjob::exporter {
namespace {

constexpr ProcessId kNone{0};

/// What a scraper of the program's own exposer gets.
ReadPage PageOf(const JobCollectable& jobs) { return Read(prometheus::TextSerializer().Serialize(jobs.Collect())); }

std::optional<double> ValueOf(const ReadPage& page, std::string_view family,
                              const std::map<std::string, std::string>& labels) {
  const auto found = std::find_if(page.series.begin(), page.series.end(), [&](const ReadPage::Series& series) {
    return series.family == family && series.labels == labels;
  });
  return found == page.series.end() ? std::nullopt : std::optional(found->value);
}

/// A series as one text, to be compared and printed.
std::vector<std::string> Texts(const ReadPage& page) {
  std::vector<std::string> texts;
  for (const ReadPage::Series& series : page.series) {
    std::string text = series.family;
    for (const auto& [name, value] : series.labels) text.append(" ").append(name).append("=").append(value);
    texts.push_back(text + " " + std::to_string(series.value));
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

ProcessId StartIn(const Job& job) {
  const Job* const jobs[] = {&job};
  const Result<Process> process = Process::Start({{"worker.exe"}, "", {}}, jobs);
  return process ? process->id() : kNone;
}

class JobCollectableTest : public testing::Test {
 protected:
  JobCollectableTest() { fake::Reset(); }
};

TEST_F(JobCollectableTest, ShowsOfAJobWhatTheExporterShowsOfIt) {
  agent::RecordedLog records;
  config::Config config;
  config.max_age = std::chrono::milliseconds(0);
  config.jobs.resize(1);
  config.jobs[0].name = "build \"7\"";
  config.jobs[0].object = "Local\\collectable";
  config.jobs[0].start = {{{"worker.exe"}, "", {}}};
  config.jobs[0].limits = AllSamples();
  config.jobs[0].limits.job_user_time = config.jobs[0].limits.process_user_time = Ticks(70'000'000);
  config.jobs[0].limits.job_memory = config.jobs[0].limits.process_memory = Bytes(1'031 * kPage);
  const auto agent =
      std::move(*agent::Agent::Start(config, records.log(), [](const agent::Snapshot&, std::chrono::nanoseconds) {}));
  const ProcessId worker = fake::StartedProcesses()[0].id;
  fake::Use(worker, DistinctUsage());
  ASSERT_TRUE(fake::Commit(worker, Bytes(5 * kPage)));
  fake::Decommit(worker, Bytes(2 * kPage));

  std::vector<Family> families(AccountingFamilies().begin(), AccountingFamilies().end());
  families.insert(families.end(), LimitFamilies().begin(), LimitFamilies().end());
  std::sort(families.begin(), families.end(), [](const Family& a, const Family& b) { return a.name < b.name; });
  const std::string page = Render(Encoder(agent->jobs(), families), *agent->Fresh());

  const Result<Job> job = Job::Open("Local\\collectable");
  ASSERT_TRUE(job);
  JobCollectable jobs;
  ASSERT_FALSE(jobs.Add("build \"7\"", *job, "Local\\collectable"));
  const ReadPage shown = PageOf(jobs);
  EXPECT_EQ(shown.faults, std::vector<std::string>());
  EXPECT_EQ(Texts(shown), Texts(Read(page)));
  EXPECT_GT(shown.series.size(), 30u) << page;
}

TEST_F(JobCollectableTest, EveryJobHasItsOwnNumbersUnderItsOwnName) {
  const Result<Job> first = Job::Create();
  const Result<Job> second = Job::Create("Local\\named");
  for (int i = 0; i < 3; ++i) ASSERT_NE(StartIn(*first), kNone);
  ASSERT_NE(StartIn(*second), kNone);
  JobCollectable jobs;
  ASSERT_FALSE(jobs.Add("first", *first));
  ASSERT_FALSE(jobs.Add("a \\ of\nmine", *second, "Local\\named"));
  const ReadPage page = PageOf(jobs);
  EXPECT_EQ(page.faults, std::vector<std::string>());
  EXPECT_EQ(ValueOf(page, "winjob_active_processes", {{"job_object", "first"}}), 3);
  EXPECT_EQ(ValueOf(page, "winjob_active_processes", {{"job_object", "a \\ of\nmine"}}), 1);
  EXPECT_EQ(ValueOf(page, "winjob_job_info", {{"job_object", "a \\ of\nmine"}, {"object", "Local\\named"}}), 1);
  EXPECT_EQ(ValueOf(page, "winjob_job_info", {{"job_object", "first"}}), 1) << "an anonymous job has no such label";
}

TEST_F(JobCollectableTest, ANameIsUtf8AndIsTakenOnce) {
  const Result<Job> job = Job::Create();
  JobCollectable jobs;
  EXPECT_EQ(jobs.Add("", *job), Win32Error::kInvalidParameter);
  EXPECT_EQ(jobs.Add("\xC3", *job), Win32Error::kInvalidParameter);
  EXPECT_EQ(jobs.Add("name", *job, "\xFF"), Win32Error::kInvalidParameter);
  ASSERT_FALSE(jobs.Add("name", *job));
  EXPECT_EQ(jobs.Add("name", *job), Win32Error::kAlreadyExists);
  EXPECT_EQ(PageOf(jobs).faults, std::vector<std::string>());
  EXPECT_FALSE(jobs.Remove("another"));
  EXPECT_TRUE(jobs.Remove("name"));
  EXPECT_TRUE(jobs.Collect().empty());
  EXPECT_FALSE(jobs.Add("name", *job));
}

TEST_F(JobCollectableTest, AJobThatCannotBeReadIsDownAndLeavesTheOthersAlone) {
  const Result<Job> broken = Job::Create("Local\\broken");
  const Result<Job> whole = Job::Create("Local\\whole");
  JobCollectable jobs;
  ASSERT_FALSE(jobs.Add("broken", *broken));
  ASSERT_FALSE(jobs.Add("whole", *whole));
  fake::FailNextOn("Local\\broken", fake::Call::kQueryInformation, make_error_code(Win32Error::kAccessDenied));
  const ReadPage page = PageOf(jobs);
  EXPECT_EQ(ValueOf(page, "winjob_job_up", {{"job_object", "broken"}}), 0);
  EXPECT_EQ(ValueOf(page, "winjob_query_errors_total", {{"class", "accounting"}, {"job_object", "broken"}}), 1);
  EXPECT_EQ(ValueOf(page, "winjob_active_processes", {{"job_object", "broken"}}), std::nullopt);
  EXPECT_EQ(ValueOf(page, "winjob_job_up", {{"job_object", "whole"}}), 1);
  EXPECT_EQ(ValueOf(page, "winjob_query_errors_total", {{"class", "accounting"}, {"job_object", "whole"}}), 0);

  fake::FailNextOn("Local\\broken", fake::Call::kQueryInformation, make_error_code(Win32Error::kAccessDenied), 1);
  const ReadPage next = PageOf(jobs);
  EXPECT_EQ(ValueOf(next, "winjob_job_up", {{"job_object", "broken"}}), 1);
  EXPECT_EQ(ValueOf(next, "winjob_query_errors_total", {{"class", "extended_limit"}, {"job_object", "broken"}}), 1);
  EXPECT_EQ(ValueOf(next, "winjob_query_errors_total", {{"class", "accounting"}, {"job_object", "broken"}}), 1);
}

TEST_F(JobCollectableTest, PageFaultsGoOnWhereTheirBitsWrap) {
  const Result<Job> job = Job::Create();
  const ProcessId process = StartIn(*job);
  JobCollectable jobs;
  ASSERT_FALSE(jobs.Add("wraps", *job));
  fake::Usage usage;
  usage.page_faults = 4'000'000'000;
  for (const double faults : {4'000'000'000.0, 4'400'000'000.0}) {
    fake::Use(process, usage);
    EXPECT_EQ(ValueOf(PageOf(jobs), "winjob_page_faults_total", {{"job_object", "wraps"}}), faults);
    usage.page_faults = 400'000'000;
  }
}

TEST_F(JobCollectableTest, WhatTheKernelDoesNotCountIsAbsent) {
  fake::SetSupport({kernel::kTotalProcesses | kernel::kActiveProcesses, 0});
  const Result<Job> job = Job::Create();
  JobCollectable jobs;
  ASSERT_FALSE(jobs.Add("bare", *job));
  const ReadPage page = PageOf(jobs);
  EXPECT_EQ(ValueOf(page, "winjob_active_processes", {{"job_object", "bare"}}), 0);
  for (const ReadPage::Series& series : page.series)
    for (const char* absent : {"winjob_cpu_", "winjob_page_", "winjob_read_", "winjob_memory_", "winjob_job_memory"})
      EXPECT_FALSE(series.family.starts_with(absent)) << series.family;
}

TEST_F(JobCollectableTest, JobsComeAndGoWhileAnExposerReads) {
  const Result<Job> stays = Job::Create();
  JobCollectable jobs;
  ASSERT_FALSE(jobs.Add("stays", *stays));
  std::atomic<bool> read{false};
  std::thread program([&jobs, &read] {
    const Result<Job> job = Job::Create();
    while (!read) {
      EXPECT_FALSE(jobs.Add("comes", *job));
      EXPECT_TRUE(jobs.Remove("comes"));
    }
  });
  for (int i = 0; i < 200; ++i) EXPECT_EQ(ValueOf(PageOf(jobs), "winjob_job_up", {{"job_object", "stays"}}), 1);
  read = true;
  program.join();
}

}  // namespace
}  // namespace winjob::exporter
