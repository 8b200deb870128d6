// Which job of a configuration has a process, whoever runs the agent.
#pragma once

#include <string>

#include "config/config.h"
#include "winjob/units.h"

namespace winjob::agent {

/// The name of the job that has the process as a member, and which an agent may have created: such a member is never
/// moved. Empty when there is none, or none that may be asked.
[[nodiscard]] std::string JobThatHas(ProcessId process, const config::Config& config);

}  // namespace winjob::agent
