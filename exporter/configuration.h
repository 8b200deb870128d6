// The configuration file as the program takes it.
#pragma once

#include <string>

#include "config/config.h"
#include "winjob/error.h"

namespace winjob::exporter {

/// Reads a file, UTF-8 path. Errors: all that is wrong with it, a line each with file, line and column.
[[nodiscard]] Result<config::Config, std::string> ReadConfiguration(const std::string& file);

}  // namespace winjob::exporter
