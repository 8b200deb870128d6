#include "exporter/self_metrics.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "exporter/capability_metrics.h"
#include "exporter/process_usage.h"
#include "exporter/version.h"

namespace winjob::exporter {
namespace {

using prometheus::MetricFamily;

// Names and meanings: https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
struct ProcessFamily {
  std::string_view name, help;
  prometheus::MetricType type;
  std::optional<double> ProcessUsage::*value;
};
constexpr ProcessFamily kProcessFamilies[] = {
    {"process_cpu_seconds_total", "Processor time used by this program.", prometheus::MetricType::Counter,
     &ProcessUsage::cpu_seconds},
    {"process_open_fds", "Open file descriptors (handles on Windows) of this program.", prometheus::MetricType::Gauge,
     &ProcessUsage::open_descriptors},
    {"process_resident_memory_bytes", "Resident memory of this program.", prometheus::MetricType::Gauge,
     &ProcessUsage::resident_bytes},
    {"process_start_time_seconds", "Start of this program, in seconds since 1970.", prometheus::MetricType::Gauge,
     &ProcessUsage::start_time_seconds},
    {"process_virtual_memory_bytes", "Virtual memory of this program (committed memory on Windows).",
     prometheus::MetricType::Gauge, &ProcessUsage::virtual_bytes},
};

std::vector<MetricFamily> CollectProcess() {
  const ProcessUsage usage = ReadProcessUsage();
  std::vector<MetricFamily> families;
  for (const ProcessFamily& row : kProcessFamilies) {
    const std::optional<double>& value = usage.*row.value;
    if (!value) continue;
    prometheus::ClientMetric metric;
    metric.counter.value = *value;
    metric.gauge.value = *value;
    families.push_back({std::string(row.name), std::string(row.help), row.type, {metric}});
  }
  return families;
}

}  // namespace

SelfMetrics::SelfMetrics(const kernel::Identity& identity)
    : poll_duration_(prometheus::BuildHistogram()
                         .Name("winjob_poll_duration_seconds")
                         .Help("How long reading all jobs took.")
                         .Register(registry_)
                         .Add({}, prometheus::Histogram::BucketBoundaries{0.0001, 0.001, 0.01, 0.1, 1, 10})),
      last_poll_(prometheus::BuildGauge()
                     .Name("winjob_last_poll_timestamp_seconds")
                     .Help("When the jobs were last read, in seconds since 1970.")
                     .Register(registry_)
                     .Add({})),
      series_dropped_(prometheus::BuildGauge()
                          .Name("winjob_series_dropped")
                          .Help("Series of processes that are left out now because they are over the budget.")
                          .Register(registry_)
                          .Add({})),
      reload_successful_(prometheus::BuildGauge()
                             .Name("winjob_config_last_reload_successful")
                             .Help("Whether the last reading of the configuration file succeeded.")
                             .Register(registry_)),
      reload_time_(prometheus::BuildGauge()
                       .Name("winjob_config_last_reload_success_timestamp_seconds")
                       .Help("When the configuration file was last read with success, in seconds since 1970.")
                       .Register(registry_)),
      responses_(prometheus::BuildCounter()
                     .Name("winjob_http_responses_total")
                     .Help("Answers to requests, by status.")
                     .Register(registry_)),
      response_bytes_(prometheus::BuildCounter()
                          .Name("winjob_http_response_bytes_total")
                          .Help("Bytes of the answers' bodies, before TLS.")
                          .Register(registry_)
                          .Add({})),
      scrape_duration_(prometheus::BuildHistogram()
                           .Name("winjob_scrape_duration_seconds")
                           .Help("How long making the metrics page took, a reading of the jobs included.")
                           .Register(registry_)
                           .Add({}, prometheus::Histogram::BucketBoundaries{0.0001, 0.001, 0.01, 0.1, 1, 10})),
      connections_(prometheus::BuildGauge()
                       .Name("winjob_http_connections")
                       .Help("Connections that are open.")
                       .Register(registry_)
                       .Add({})),
      tls_failures_(prometheus::BuildCounter()
                        .Name("winjob_tls_failures_total")
                        .Help("Connections that ended with a failure of TLS.")
                        .Register(registry_)
                        .Add({})),
      discovery_(registry_) {
  const Version& build = BuildVersion();
  prometheus::BuildGauge()
      .Name("winjob_exporter_build_info")
      .Help("Always 1; its labels name the build of this program.")
      .Register(registry_)
      .Add({{"version", std::string(build.version)},
            {"branch", std::string(build.branch)},
            {"revision", std::string(build.revision)},
            {"compiler", std::string(build.compiler)},
            {"platform", std::string(build.platform)}})
      .Set(1);
  prometheus::BuildGauge()
      .Name("winjob_kernel_info")
      .Help("Always 1; its labels name the kernel and how much of job objects it offers.")
      .Register(registry_)
      .Add({{"kernel", std::string(identity.kernel)}, {"level", std::string(identity.level)}})
      .Set(1);
  ShowCapabilities(fixed_);
  for (const Format format : {Format::kText, Format::kOpenMetrics})
    fixed_text_.push_back(ModelText(fixed_.Collect(), format));
}

void SelfMetrics::ObservePoll(const agent::Snapshot& snapshot, std::chrono::nanoseconds duration) {
  poll_duration_.Observe(std::chrono::duration<double>(duration).count());
  last_poll_.Set(std::chrono::duration<double>(snapshot.wall_time.time_since_epoch()).count());
  series_dropped_.Set(static_cast<double>(snapshot.dropped_series));
  discovery_.Observe(snapshot.discovery);
}

void SelfMetrics::ObserveReload(bool successful) {
  reload_successful_.Add({}).Set(successful ? 1 : 0);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  if (successful) reload_time_.Add({}).Set(std::chrono::duration<double>(now).count());
}

void SelfMetrics::ObserveResponse(int status, std::size_t body_bytes) {
  responses_.Add({{"code", std::to_string(status)}}).Increment();
  response_bytes_.Increment(static_cast<double>(body_bytes));
}

void SelfMetrics::ObserveScrape(std::chrono::nanoseconds duration) {
  scrape_duration_.Observe(std::chrono::duration<double>(duration).count());
}

void SelfMetrics::ObserveConnections(std::size_t open) { connections_.Set(static_cast<double>(open)); }

void SelfMetrics::ObserveTlsFailure(const std::string&) { tls_failures_.Increment(); }

std::vector<MetricFamily> SelfMetrics::CollectChanging() const {
  std::vector<MetricFamily> families = registry_.Collect();
  for (MetricFamily& family : CollectProcess()) families.push_back(std::move(family));
  return families;
}

std::vector<MetricFamily> SelfMetrics::Collect() const {
  std::vector<MetricFamily> families = CollectChanging();
  for (MetricFamily& family : fixed_.Collect()) families.push_back(std::move(family));
  return families;
}

std::vector<FamilyText> SelfMetrics::Text(Format format) const {
  std::vector<FamilyText> texts = ModelText(CollectChanging(), format);
  for (const FamilyText& text : fixed_text_[static_cast<std::size_t>(format)]) {
    const auto after =
        std::find_if(texts.begin(), texts.end(), [&](const FamilyText& other) { return other.name > text.name; });
    texts.insert(after, text);
  }
  return texts;
}

}  // namespace winjob::exporter
