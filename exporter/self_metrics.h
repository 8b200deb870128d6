// The program's own metrics, kept by prometheus-cpp's registry.
#pragma once

#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <chrono>
#include <vector>

#include "agent/snapshot.h"
#include "winjob/kernel.h"

namespace winjob::exporter {

class SelfMetrics {
 public:
  explicit SelfMetrics(const kernel::Identity& identity);

  /// Takes note of a poll. Threads: any.
  void ObservePoll(const agent::Snapshot& snapshot, std::chrono::nanoseconds duration);

  /// All of them, as they are now. Threads: any.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const;

 private:
  prometheus::Registry registry_;
  prometheus::Histogram& poll_duration_;
  prometheus::Gauge& last_poll_;
};

}  // namespace winjob::exporter
