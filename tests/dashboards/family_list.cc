// Prints every family that the page can have, as JSON: name, type, labels, and the values of labels that are fixed.
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "exporter/families.h"
#include "exporter/process_series.h"
#include "exporter/self_metrics.h"

namespace winjob::exporter {
namespace {

struct Listed {
  std::string type;
  std::map<std::string, std::set<std::string>> labels;  ///< no values: any
};
using List = std::map<std::string, Listed>;

void AddJobFamilies(List& list) {
  for (const Family& family : JobFamilies()) {
    Listed& listed = list[std::string(family.name)];
    listed.type = family.type == Type::kCounter ? "counter" : "gauge";
    listed.labels["job_object"];
    if (family.job_labels == JobLabels::kObject) listed.labels["object"];
    for (const Point& point : family.points)
      if (!point.label.empty()) listed.labels[std::string(point.label)].emplace(point.label_value);
  }
}

void AddProcessFamilies(List& list) {
  for (const ProcessFamily& family : ProcessFamilies()) {
    Listed& listed = list[std::string(family.name)];
    listed.type = family.type == Type::kCounter ? "counter" : "gauge";
    listed.labels["job_object"];
    for (const ProcessPoint& point : family.points) {
      for (const std::string_view label : kProcessLabels) listed.labels[std::string(label)];
      if (!point.label.empty()) listed.labels[std::string(point.label)].emplace(point.label_value);
    }
  }
}

void AddOwnFamilies(List& list) {
  constexpr std::string_view kTypes[] = {"counter", "gauge", "summary", "untyped", "histogram"};  // by MetricType
  SelfMetrics self({"any", "any", "any"});
  self.ObserveReload(true);  // before which the families of the configuration have no series
  for (const prometheus::MetricFamily& family : self.Collect()) {
    Listed& listed = list[family.name];
    listed.type = kTypes[static_cast<std::size_t>(family.type)];
    for (const prometheus::ClientMetric& metric : family.metric)
      for (const prometheus::ClientMetric::Label& label : metric.label) listed.labels[label.name];
  }
}

void Print(const List& list) {
  const char* family_comma = "";
  for (const auto& [name, listed] : list) {
    std::printf("%s\n  {\"name\": \"%s\", \"type\": \"%s\", \"labels\": {", family_comma, name.c_str(),
                listed.type.c_str());
    const char* label_comma = "";
    for (const auto& [label, values] : listed.labels) {
      std::printf("%s\"%s\": [", label_comma, label.c_str());
      const char* comma = "";
      for (const std::string& value : values) {
        std::printf("%s\"%s\"", comma, value.c_str());
        comma = ", ";
      }
      std::printf("]");
      label_comma = ", ";
    }
    std::printf("}}");
    family_comma = ",";
  }
}

}  // namespace

void PrintFamilies() {
  List list;
  AddJobFamilies(list);
  AddProcessFamilies(list);
  AddOwnFamilies(list);
  std::printf("[");
  Print(list);
  std::printf("\n]\n");
}

}  // namespace winjob::exporter

int main() { winjob::exporter::PrintFamilies(); }
