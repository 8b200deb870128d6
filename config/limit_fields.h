// The keys of `limits` and `notify`.
#pragma once

#include "config/config.h"
#include "config/fields.h"

namespace winjob::config {

/// Reads `limits` and checks what its keys say together.
void ReadLimits(const yaml::Node& node, JobConfig& job, const Context& context);

/// Reads `notify` and checks what its keys say together.
void ReadNotify(const yaml::Node& node, JobConfig& job, const Context& context);

}  // namespace winjob::config
