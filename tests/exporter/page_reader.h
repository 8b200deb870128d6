// The text of a page read back, strictly: what is not as the format says is a fault.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace winjob::exporter {

/// A page as its readers understand it.
struct ReadPage {
  struct Series {
    std::string family;  ///< the name on the sample's line
    std::map<std::string, std::string> labels;
    double value;
  };
  std::map<std::string, std::string> types;  ///< by the name in metadata
  std::vector<Series> series;                ///< in the page's order
  std::vector<std::string> faults;           ///< what no reader should have to take
};

/// Reads either format: escapes, families that stand in two blocks or out of order, series that stand twice.
[[nodiscard]] ReadPage Read(std::string_view page);

}  // namespace winjob::exporter
