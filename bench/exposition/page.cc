#include "bench/exposition/page.h"

#include <cstdlib>
#include <fstream>

namespace winjob::bench {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric Sample(const std::string& line, std::size_t at) {
  ClientMetric metric;
  while (line[at] == '{' || line[at] == ',') {
    const std::size_t equals = line.find("=\"", at);
    std::size_t end = equals + 2;
    while (line[end] != '"') end += line[end] == '\\' ? 2 : 1;
    metric.label.push_back({line.substr(at + 1, equals - at - 1), line.substr(equals + 2, end - equals - 2)});
    at = end + 1;
  }
  metric.counter.value = metric.gauge.value = std::strtod(line.c_str() + line.rfind(' '), nullptr);
  return metric;
}

}  // namespace

std::vector<MetricFamily> ReadPage(const std::string& file) {
  std::vector<MetricFamily> families;
  std::ifstream input(file);
  std::string line, help;
  while (std::getline(input, line)) {
    const std::size_t name_end = line.find_first_of("{ ", line[0] == '#' ? 7 : 0);
    if (line.rfind("# HELP ", 0) == 0) {
      help = line.substr(name_end + 1);
    } else if (line.rfind("# TYPE ", 0) == 0) {
      const bool counter = line.find(" counter", name_end) != std::string::npos;
      families.push_back({line.substr(7, name_end - 7), help, counter ? MetricType::Counter : MetricType::Gauge, {}});
    } else if (!families.empty()) {
      families.back().metric.push_back(Sample(line, name_end));
    }
  }
  return families;
}

}  // namespace winjob::bench
