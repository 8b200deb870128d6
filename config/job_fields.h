// The keys of one entry of `jobs`.
#pragma once

#include "config/config.h"
#include "config/fields.h"

namespace winjob::config {

/// Reads one job and checks what its keys say together.
void ReadJob(const yaml::Node& node, JobConfig& job, const Context& context);

}  // namespace winjob::config
