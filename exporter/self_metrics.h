// The program's own metrics, kept by prometheus-cpp's registry.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <chrono>
#include <vector>

#include "agent/snapshot.h"
#include "exporter/discovery_metrics.h"
#include "exporter/model_text.h"
#include "winjob/kernel.h"

namespace winjob::exporter {

class SelfMetrics {
 public:
  explicit SelfMetrics(const kernel::Identity& identity);

  /// Takes note of a poll. Threads: any.
  void ObservePoll(const agent::Snapshot& snapshot, std::chrono::nanoseconds duration);

  /// Takes note of a reading of the configuration file. Threads: any.
  void ObserveReload(bool successful);

  /// Takes note of an answer, of how long a page of metrics took, of how many connections are open, and of one whose
  /// TLS failed. Threads: any.
  void ObserveResponse(int status, std::size_t body_bytes);
  void ObserveScrape(std::chrono::nanoseconds duration);
  void ObserveConnections(std::size_t open);
  void ObserveTlsFailure(const std::string& reason);

  /// All of them, as they are now. Threads: any.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const;

  /// The same as they stand on the page. What never changes was put into words once. Threads: any.
  [[nodiscard]] std::vector<FamilyText> Text(Format format) const;

 private:
  [[nodiscard]] std::vector<prometheus::MetricFamily> CollectChanging() const;

  prometheus::Registry registry_;
  prometheus::Registry fixed_;                       // what the kernel has does not change
  std::vector<std::vector<FamilyText>> fixed_text_;  // by format
  prometheus::Histogram& poll_duration_;
  prometheus::Gauge& last_poll_;
  prometheus::Gauge& series_dropped_;
  prometheus::Family<prometheus::Gauge>& reload_successful_;
  prometheus::Family<prometheus::Gauge>& reload_time_;
  prometheus::Family<prometheus::Counter>& responses_;
  prometheus::Counter& response_bytes_;
  prometheus::Histogram& scrape_duration_;
  prometheus::Gauge& connections_;
  prometheus::Counter& tls_failures_;
  DiscoveryMetrics discovery_;
};

}  // namespace winjob::exporter
