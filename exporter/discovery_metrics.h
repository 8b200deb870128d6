// What the page says of discovery.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>

#include "agent/discoverer.h"

namespace winjob::exporter {

class DiscoveryMetrics {
 public:
  explicit DiscoveryMetrics(prometheus::Registry& registry);

  /// Takes note of what the latest look found. Threads: one at a time.
  void Observe(const agent::DiscoveryTotals& totals);

 private:
  prometheus::Gauge& found_;
  std::array<prometheus::Gauge*, agent::kLeftOutCount> left_out_{};
  prometheus::Counter& failures_;
};

}  // namespace winjob::exporter
