#include "exporter/self_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "exporter/model_text.h"

namespace winjob::exporter {
namespace {

TEST(SelfMetrics, ShowTheProgramTheKernelAndThePolls) {
  SelfMetrics self(kernel::Identity{"linux", "core", "why"});
  agent::Snapshot snapshot;
  snapshot.wall_time = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
  snapshot.discovery = {7, {2, 3, 5}, 4};
  self.ObservePoll(snapshot, std::chrono::milliseconds(5));
  snapshot.discovery.failures = 11;
  self.ObservePoll(snapshot, std::chrono::milliseconds(5));
  std::string text;
  for (const FamilyText& family : self.Text(Format::kText)) text += family.text;
  for (const char* part :
       {"winjob_kernel_info{kernel=\"linux\",level=\"core\"} 1", "winjob_last_poll_timestamp_seconds 1700000000\n",
        "winjob_poll_duration_seconds_bucket{le=\"0.001\"} 0\n", "winjob_poll_duration_seconds_bucket{le=\"0.01\"} 2\n",
        "winjob_exporter_build_info{", "# TYPE process_cpu_seconds_total counter", "process_resident_memory_bytes ",
        "process_start_time_seconds 1", "process_open_fds ", "# TYPE winjob_capability gauge\n",
        "winjob_capability{feature=\"limits.job_memory\"} 1\n", "winjob_capability{feature=\"freeze\"} 1\n",
        "winjob_discovered_jobs 7\n", "winjob_discovery_left_out_jobs{reason=\"name_taken\"} 2\n",
        "winjob_discovery_left_out_jobs{reason=\"no_name\"} 3\n",
        "winjob_discovery_left_out_jobs{reason=\"limit\"} 5\n", "winjob_discovery_failures_total 11\n"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not on:\n" << text;
}

TEST(SelfMetrics, ShowTheAnswersTheScrapesAndTheConnections) {
  SelfMetrics self(kernel::Identity{"linux", "core", "why"});
  for (int i = 0; i < 5; ++i) self.ObserveResponse(200, 1000);
  for (int i = 0; i < 3; ++i) self.ObserveResponse(429, 7);
  self.ObserveResponse(500, 11);
  for (int i = 0; i < 13; ++i) self.ObserveScrape(std::chrono::milliseconds(50));
  self.ObserveConnections(17);
  for (int i = 0; i < 19; ++i) self.ObserveTlsFailure("why");
  std::string text;
  for (const FamilyText& family : ModelText(self.Collect(), Format::kText)) text += family.text;
  for (const char* part :
       {"winjob_http_responses_total{code=\"200\"} 5\n", "winjob_http_responses_total{code=\"429\"} 3\n",
        "winjob_http_responses_total{code=\"500\"} 1\n", "winjob_http_response_bytes_total 5032\n",
        "winjob_scrape_duration_seconds_bucket{le=\"0.01\"} 0\n",
        "winjob_scrape_duration_seconds_bucket{le=\"0.1\"} 13\n", "winjob_scrape_duration_seconds_count 13\n",
        "winjob_http_connections 17\n", "winjob_tls_failures_total 19\n"})
    EXPECT_NE(text.find("\n" + std::string(part)), std::string::npos) << part << "is not on:\n" << text;
}

// The families that are put into words once stand where their names belong, as the others do.
TEST(SelfMetrics, TheTextIsThatOfAllFamiliesInOrder) {
  const SelfMetrics self(kernel::Identity{"linux", "core", "why"});
  for (const Format format : {Format::kText, Format::kOpenMetrics}) {
    std::vector<std::string> names;
    for (const FamilyText& family : self.Text(format)) names.push_back(family.name);
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    std::vector<std::string> all;
    for (const FamilyText& family : ModelText(self.Collect(), format)) all.push_back(family.name);
    EXPECT_EQ(names, all);
    EXPECT_TRUE(std::find(names.begin(), names.end(), "winjob_capability") != names.end());
  }
}

// What has not happened yet has no time.
TEST(SelfMetrics, TheTimeOfAReadingIsThatOfTheLastThatSucceeded) {
  SelfMetrics self(kernel::Identity{"linux", "core", "why"});
  const auto text = [&self] {
    std::string all;
    for (const FamilyText& family : ModelText(self.Collect(), Format::kText)) all += family.text;
    return all;
  };
  const std::string time = "\nwinjob_config_last_reload_success_timestamp_seconds ";
  EXPECT_EQ(text().find("winjob_config_last_reload"), std::string::npos);
  self.ObserveReload(false);
  EXPECT_NE(text().find("\nwinjob_config_last_reload_successful 0\n"), std::string::npos);
  EXPECT_EQ(text().find(time), std::string::npos);
  self.ObserveReload(true);
  EXPECT_NE(text().find("\nwinjob_config_last_reload_successful 1\n"), std::string::npos);
  EXPECT_NE(text().find(time + "1"), std::string::npos);
  self.ObserveReload(false);
  EXPECT_NE(text().find("\nwinjob_config_last_reload_successful 0\n"), std::string::npos);
  EXPECT_NE(text().find(time + "1"), std::string::npos);
}

}  // namespace
}  // namespace winjob::exporter
