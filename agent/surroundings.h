// What the agent runs inside of.
#pragma once

#include "agent/log.h"

namespace winjob::agent {

/// Warns when the agent, and with it all that it starts, is to be ended by somebody else's job. Says nothing when that
/// is not known.
void WarnOfOwnJob(const Log& log);

}  // namespace winjob::agent
