#include "exporter/capability_metrics.h"

#include <prometheus/gauge.h>

#include "winjob/features.h"

namespace winjob::exporter {

void ShowCapabilities(prometheus::Registry& registry) {
  const Result<std::vector<Feature>> features = ProbeFeatures();
  if (!features) return;
  auto& family = prometheus::BuildGauge()
                     .Name("winjob_capability")
                     .Help("Whether this kernel has a feature of job objects at its level.")
                     .Register(registry);
  for (const Feature& feature : *features) family.Add({{"feature", feature.name}}).Set(feature.has ? 1 : 0);
}

}  // namespace winjob::exporter
