// The program's service to Prometheus, from the configuration to the end.
#pragma once

#include "exporter/flags.h"
#include "exporter/requests.h"

namespace winjob::exporter {

enum ExitCode { kStopped = 0, kFailed = 1, kBadConfiguration = 2 };

/// Watches the jobs of the configuration and serves them until it is asked to stop. Returns an ExitCode.
/// With flags.retry_config, a configuration that cannot be used is no end: health, readiness (503) and the program's
/// own metrics are served, and the file is read again until it is right.
[[nodiscard]] int Serve(const Flags& flags, Requests& requests);

}  // namespace winjob::exporter
