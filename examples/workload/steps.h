// The steps that a workload can be made of.
#pragma once

#include <span>

#include "examples/workload/script.h"

namespace workload {

[[nodiscard]] std::span<const Step> Steps();

}  // namespace workload
