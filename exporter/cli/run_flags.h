// The flags of `run`: every limit of the configuration, under the same name.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "config/config.h"

namespace winjob::exporter::cli {

struct RunRequest {
  config::JobConfig job;
  std::vector<std::string> command;
  std::string directory;
  std::map<std::string, std::string> environment;
  bool kill = false;
  bool accounting = false;
  bool json = false;
};

/// Reads the arguments. Otherwise what to return at once, after help or an error was printed.
[[nodiscard]] std::variant<RunRequest, int> ReadRunFlags(const std::vector<std::string>& arguments);

}  // namespace winjob::exporter::cli
