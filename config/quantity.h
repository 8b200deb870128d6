// Quantities as people write them: a number and its unit.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "winjob/error.h"

namespace winjob::config {

/// A time such as 500ms, 1.5s, 5m or 2h, from 1 ms to 24 days. A number without a unit is an error.
[[nodiscard]] Result<std::chrono::milliseconds, std::string> ParseDuration(std::string_view text);

}  // namespace winjob::config
