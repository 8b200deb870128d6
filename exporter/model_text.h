// Families of prometheus-cpp's model as text: the program's own few metrics, next to those of the jobs.
#pragma once

#include <prometheus/metric_family.h>

#include <span>
#include <string>
#include <vector>

#include "exporter/negotiation.h"

namespace winjob::exporter {

/// A family as it stands on the page.
struct FamilyText {
  std::string name;  ///< by which the page is sorted
  std::string text;  ///< metadata and samples
};

/// Each family with its samples, sorted by name. Families without samples are left out. Unlike prometheus-cpp's own
/// serializer this one knows OpenMetrics, escapes HELP and spells NaN as the formats do.
[[nodiscard]] std::vector<FamilyText> ModelText(std::span<const prometheus::MetricFamily> families, Format format);

}  // namespace winjob::exporter
