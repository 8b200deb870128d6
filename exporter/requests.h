// What the program is asked for while it serves: to stop, or to read its configuration again.
#pragma once

#include <chrono>
#include <optional>

namespace winjob::exporter {

class Requests {
 public:
  struct Request {
    bool reload;                 ///< the configuration is to be read again; else the program is to stop
    const char* by;              ///< what asked, for the log
    bool from_terminal = false;  ///< the programs that share it have heard it too
  };

  Requests() = default;
  Requests(const Requests&) = delete;
  Requests& operator=(const Requests&) = delete;
  virtual ~Requests() = default;

  /// Blocks until something is asked for, or for that long: nothing then. Threads: one.
  [[nodiscard]] virtual std::optional<Request> WaitFor(std::chrono::milliseconds patience) = 0;

  /// Blocks until something is asked for.
  [[nodiscard]] Request Wait() {
    for (;;)
      if (const std::optional<Request> request = WaitFor(std::chrono::hours(1))) return *request;
  }
};

}  // namespace winjob::exporter
