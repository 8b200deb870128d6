// The job families for programs that have a prometheus-cpp registry and exposer of their own.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <functional>
#include <span>
#include <vector>

#include "agent/agent.h"
#include "exporter/families.h"

namespace winjob::exporter {

/// A snapshot in prometheus-cpp's model, with the same families, labels and values as the Encoder's page. Counts above
/// 2^53 are rounded there, where every value is a double.
[[nodiscard]] std::vector<prometheus::MetricFamily> CollectFamilies(std::span<const agent::JobDescription> jobs,
                                                                    const agent::Snapshot& snapshot,
                                                                    std::span<const Family> families = JobFamilies());

/// What prometheus::Exposer::RegisterCollectable takes. The agent must outlive it.
/// Cost: several allocations for each series; a program without a registry of its own uses Encoder instead.
class JobCollectable : public prometheus::Collectable {
 public:
  explicit JobCollectable(agent::Agent& agent) : agent_(agent) {}

  /// Reads the jobs, unless the latest reading is fresh enough. Threads: any.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  agent::Agent& agent_;
};

}  // namespace winjob::exporter
