// The command line.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "exporter/logging.h"
#include "exporter/site.h"

namespace winjob::exporter {

struct Flags {
  std::string config_file;
  bool retry_config = false;
  std::vector<std::string> listen_addresses;
  std::string telemetry_path;
  bool lifecycle = false;                                ///< POST /-/reload is allowed
  std::optional<std::chrono::milliseconds> auto_reload;  ///< how often the file is looked at; empty: only when asked
  std::size_t max_requests = 40;
  std::size_t max_connections = 512;
  SiteOptions site;
  agent::Severity log_level = agent::Severity::kInfo;
  LogFormat log_format = LogFormat::kLogfmt;
  std::string log_file = "stderr";
  std::string event_source;  ///< of the Event Log, for a service; else empty
};

/// What to print and return instead of running: help, the version, or what is wrong with the flags.
struct EarlyExit {
  int code;  ///< 0, or 2 for bad flags
  std::string text;
};

/// Reads the arguments after the program's name, UTF-8.
[[nodiscard]] std::variant<Flags, EarlyExit> ParseFlags(std::vector<std::string> arguments);

}  // namespace winjob::exporter
