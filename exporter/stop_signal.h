// The system's requests to stop: Ctrl-C, SIGTERM, the console's or the session's end.
#pragma once

namespace winjob::exporter {

/// From construction on, requests to stop no longer end the program but are kept for Wait(). Make it before any thread.
class StopSignal {
 public:
  StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Lets the system end the program, which it does by itself some time after a console has been closed.
  ~StopSignal();

  /// Blocks until the program is asked to stop; returns what asked, for the log.
  [[nodiscard]] const char* Wait();
};

}  // namespace winjob::exporter
