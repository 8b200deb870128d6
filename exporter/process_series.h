// The series of single processes: which there are changes from page to page, so no template has them.
#pragma once

#include <prometheus/metric_family.h>

#include <span>
#include <string_view>
#include <vector>

#include "agent/snapshot.h"
#include "exporter/exposition.h"
#include "exporter/model_text.h"
#include "exporter/value.h"

namespace winjob::exporter {

/// The labels that tell a process from all others, in their order. `started` is the value of
/// winjob_process_start_time_seconds: a process that gets the id of one that ended continues none of its series.
inline constexpr std::string_view kProcessLabels[] = {"job_object", "pid", "image", "started"};

/// One series for each process that is shown.
struct ProcessPoint {
  std::string_view label;  ///< a label besides kProcessLabels; empty: none
  std::string_view label_value;
  Value (*value)(const agent::ProcessSample& process);
};

/// A family of processes, or of the jobs that ask for them.
struct ProcessFamily {
  std::string_view name;
  std::string_view help;
  Type type;
  std::span<const ProcessPoint> points;
  Value (*of_job)(const agent::ProcessSamples& job) = nullptr;  ///< a series with the label job_object alone
};

/// All of them, sorted by name. docs/metrics.md lists them with their sources.
[[nodiscard]] std::span<const ProcessFamily> ProcessFamilies() noexcept;

/// Adds what a snapshot's processes have to show to `families`, which are sorted by name and stay so.
/// Cost: nothing where no job asks for them; else a few allocations for each process and family.
void AddProcessText(const agent::Snapshot& snapshot, Format format, std::vector<FamilyText>& families);

/// The same in prometheus-cpp's model.
[[nodiscard]] std::vector<prometheus::MetricFamily> CollectProcessFamilies(const agent::Snapshot& snapshot);

}  // namespace winjob::exporter
