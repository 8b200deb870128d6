#include "exporter/discovery_metrics.h"

#include <string>

namespace winjob::exporter {

DiscoveryMetrics::DiscoveryMetrics(prometheus::Registry& registry)
    : found_(prometheus::BuildGauge()
                 .Name("winjob_discovered_jobs")
                 .Help("Jobs that are observed because a pattern of the configuration matches them.")
                 .Register(registry)
                 .Add({})),
      failures_(prometheus::BuildCounter()
                    .Name("winjob_discovery_failures_total")
                    .Help("Looks for jobs that failed.")
                    .Register(registry)
                    .Add({})) {
  auto& left_out = prometheus::BuildGauge()
                       .Name("winjob_discovery_left_out_jobs")
                       .Help("Jobs that match a pattern and are not observed, by reason.")
                       .Register(registry);
  for (std::size_t i = 0; i < left_out_.size(); ++i)
    left_out_[i] = &left_out.Add({{"reason", std::string(agent::kLeftOutNames[i])}});
}

void DiscoveryMetrics::Observe(const agent::DiscoveryTotals& totals) {
  found_.Set(static_cast<double>(totals.found));
  for (std::size_t i = 0; i < left_out_.size(); ++i) left_out_[i]->Set(static_cast<double>(totals.left_out[i]));
  failures_.Increment(static_cast<double>(totals.failures) - failures_.Value());
}

}  // namespace winjob::exporter
