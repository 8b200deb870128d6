// What is wrong with a configuration, as the program tells it.
#pragma once

#include <string>
#include <string_view>

#include "config/errors.h"

namespace winjob::exporter {

/// A line for each error.
[[nodiscard]] std::string DescribeAll(std::string_view file, const config::Errors& errors);

}  // namespace winjob::exporter
