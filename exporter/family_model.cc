#include "exporter/family_model.h"

#include <string>
#include <utility>

namespace winjob::exporter {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric Metric(const agent::JobDescription& job, const Family& family, const Point& point, const Value& value) {
  ClientMetric metric;
  ForEachLabel(job, family.job_labels, [&metric](std::string_view name, const std::string& text) {
    metric.label.push_back({std::string(name), text});
  });
  if (!point.label.empty()) metric.label.push_back({std::string(point.label), std::string(point.label_value)});
  if (family.type == Type::kCounter)
    metric.counter.value = value.AsReal();
  else
    metric.gauge.value = value.AsReal();
  return metric;
}

}  // namespace

std::vector<MetricFamily> CollectFamilies(std::span<const agent::JobDescription> jobs,
                                          std::span<const agent::JobSample> samples, std::span<const Family> families) {
  std::vector<MetricFamily> collected;
  for (const Family& family : families) {
    MetricFamily model{std::string(family.name),
                       std::string(family.help),
                       family.type == Type::kCounter ? MetricType::Counter : MetricType::Gauge,
                       {}};
    for (const Point& point : family.points) {
      for (std::size_t i = 0; i < jobs.size(); ++i) {
        const Value value = point.value(samples[i]);
        if (value.kind() != Value::Kind::kAbsent) model.metric.push_back(Metric(jobs[i], family, point, value));
      }
    }
    if (!model.metric.empty()) collected.push_back(std::move(model));
  }
  return collected;
}

}  // namespace winjob::exporter
