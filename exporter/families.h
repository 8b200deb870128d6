// The families of the page as one table: a row is a family, nothing is registered, updated or removed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "agent/snapshot.h"
#include "exporter/exposition.h"
#include "exporter/value.h"

namespace winjob::exporter {

/// Which labels of the job come before a point's own.
enum class JobLabels : std::uint8_t {
  kName,    ///< job_object
  kObject,  ///< job_object, object, and the names of a container
};

inline constexpr std::size_t kJobLabelsCount = 2;

/// One series of a family for each job.
struct Point {
  std::string_view label;  ///< a label besides the job's; empty: none
  std::string_view label_value;
  Value (*value)(const agent::JobSample& sample);
};

struct Family {
  std::string_view name;
  std::string_view help;
  Type type;
  std::span<const Point> points;
  JobLabels job_labels = JobLabels::kName;
};

/// Calls each(name, value) for the labels of a job in their order. Those that are empty are left out, as everywhere in
/// Prometheus, but for the first.
template <class Each>
void ForEachLabel(const agent::JobDescription& job, JobLabels labels, const Each& each) {
  each(std::string_view("job_object"), job.name);
  if (labels == JobLabels::kName) return;
  const std::pair<std::string_view, const std::string&> more[] = {{"object", job.object},
                                                                  {"namespace", job.container.pod_namespace},
                                                                  {"pod", job.container.pod},
                                                                  {"container", job.container.name}};
  for (const auto& [name, value] : more)
    if (!value.empty()) each(name, value);
}

/// Parts of JobFamilies, each sorted. A reading of the job itself fills the first two: its accounting, and the limits
/// in force with the memory. The third is about what the configuration asks for.
[[nodiscard]] std::span<const Family> AccountingFamilies() noexcept;
[[nodiscard]] std::span<const Family> LimitFamilies() noexcept;
[[nodiscard]] std::span<const Family> ConfiguredLimitFamilies() noexcept;

/// All families about jobs, sorted by name. docs/metrics.md lists them with their sources.
[[nodiscard]] std::span<const Family> JobFamilies() noexcept;

}  // namespace winjob::exporter
