// What this program itself uses of the system.
#pragma once

#include <cstdint>
#include <optional>

namespace winjob::exporter {

/// Fields that the system does not tell are empty.
struct ProcessUsage {
  std::optional<double> cpu_seconds;
  std::optional<double> resident_bytes;
  std::optional<double> virtual_bytes;
  std::optional<double> open_descriptors;    ///< handles on Windows
  std::optional<double> start_time_seconds;  ///< since 1970
};

[[nodiscard]] ProcessUsage ReadProcessUsage();

}  // namespace winjob::exporter
