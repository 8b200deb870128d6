// Families in prometheus-cpp's model, for registries of that library and as what the Encoder's page is compared with.
#pragma once

#include <prometheus/metric_family.h>

#include <span>
#include <vector>

#include "exporter/families.h"

namespace winjob::exporter {

/// A reading of jobs with the same families, labels and values as the Encoder's page. Counts above 2^53 are rounded
/// there, where every value is a double. Families without a sample are left out.
[[nodiscard]] std::vector<prometheus::MetricFamily> CollectFamilies(std::span<const agent::JobDescription> jobs,
                                                                    std::span<const agent::JobSample> samples,
                                                                    std::span<const Family> families);

}  // namespace winjob::exporter
