// The configuration file as the program takes it.
#pragma once

#include <string>

#include "config/config.h"
#include "config/errors.h"

namespace winjob::exporter {

/// Reads a file, UTF-8 path. Errors: all that is wrong with it.
[[nodiscard]] Result<config::Config, config::Errors> ReadConfiguration(const std::string& file);

/// A line for each error.
[[nodiscard]] std::string DescribeAll(std::string_view file, const config::Errors& errors);

}  // namespace winjob::exporter
