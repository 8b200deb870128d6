// The keys of `start` and `adopt`: the processes of a job.
#pragma once

#include "config/config.h"
#include "config/fields.h"

namespace winjob::config {

void ReadStart(const yaml::Node& node, std::vector<Command>& out, const Context& context);
void ReadAdopt(const yaml::Node& node, std::vector<AdoptionRule>& out, const Context& context);

}  // namespace winjob::config
