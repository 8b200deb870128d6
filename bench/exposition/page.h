// A page read into prometheus-cpp's model, so that its server can serve the same series.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace winjob::bench {

/// The counters and gauges of a page in text format; escapes are left as they are.
[[nodiscard]] std::vector<prometheus::MetricFamily> ReadPage(const std::string& file);

}  // namespace winjob::bench
