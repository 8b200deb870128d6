// The system's requests: to stop (Ctrl-C, SIGTERM, the console's or the session's end), or to read the configuration
// again (SIGHUP).
#pragma once

#include "exporter/requests.h"

namespace winjob::exporter {

/// From construction on, requests to stop no longer end the program but are kept. Make it before any thread.
class StopSignal final : public Requests {
 public:
  StopSignal();

  /// Lets the system end the program, which it does by itself some time after a console has been closed.
  ~StopSignal() override;

  [[nodiscard]] std::optional<Request> WaitFor(std::chrono::milliseconds patience) override;
};

}  // namespace winjob::exporter
