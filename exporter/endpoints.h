// What the program answers to which request, as a function of the request: no sockets here.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "agent/agent.h"
#include "exporter/buffer.h"
#include "exporter/encoder.h"
#include "exporter/self_metrics.h"

namespace winjob::exporter {

struct Request {
  std::string_view method;
  std::string_view path;
  std::string_view accept = {};           ///< the header Accept; empty when there is none
  std::string_view accept_encoding = {};  ///< the header Accept-Encoding
};

struct Response {
  int status;
  std::string_view content_type;
  std::string_view body;                   ///< lives as long as the page buffer and the endpoints
  std::string_view allow;                  ///< the header of a 405; empty otherwise
  std::string_view content_encoding = {};  ///< the header Content-Encoding; empty: none
};

class Endpoints {
 public:
  Endpoints(std::string telemetry_path, const SelfMetrics& self);

  /// From now on pages show this agent, which must outlive the last request. Before, they answer 503.
  void Serve(agent::Agent& agent);

  /// From now on /-/ready answers 503 again: the program is about to stop.
  void BeginStop() noexcept { ready_ = false; }

  /// Answers one request; a page is written into `page`. Threads: any, each with its own buffer.
  [[nodiscard]] Response Handle(const Request& request, Buffer& page) const;

 private:
  [[nodiscard]] Response Metrics(const Request& request, Buffer& page) const;

  const std::string telemetry_path_;
  const std::string landing_page_;
  const SelfMetrics& self_;
  std::unique_ptr<const Encoder> encoder_;
  std::atomic<agent::Agent*> agent_{nullptr};
  std::atomic<bool> ready_{false};
};

}  // namespace winjob::exporter
