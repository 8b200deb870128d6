// Prints every family that the page can have, as JSON: name, type, labels, and the values of labels that are fixed.
#include <cstdio>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "exporter/families.h"
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

// Of the program's own metrics only the page tells: "# TYPE name type" and "name{label="value",...} number".
void AddOwnFamilies(List& list) {
  std::istringstream page(SelfMetrics({"any", "any", "any"}).Text());
  Listed* listed = nullptr;
  for (std::string line; std::getline(page, line);) {
    std::istringstream words(line);
    std::string hash, what, name, type;
    if (words >> hash >> what >> name >> type && hash == "#") {
      if (what == "TYPE") (listed = &list[name])->type = type;
      continue;
    }
    const std::size_t open = line.find('{');
    if (listed == nullptr || open == line.npos) continue;
    for (std::size_t at = open; at != line.npos && line[at] != '}';) {
      const std::size_t equals = line.find("=\"", ++at);
      if (equals == line.npos) break;
      listed->labels[line.substr(at, equals - at)];
      at = line.find('"', equals + 2) + 1;
    }
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
  AddOwnFamilies(list);
  std::printf("[");
  Print(list);
  std::printf("\n]\n");
}

}  // namespace winjob::exporter

int main() { winjob::exporter::PrintFamilies(); }
