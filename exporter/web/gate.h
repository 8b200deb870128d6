// What stands between a request and the pages: the rate limit first, then the password.
#pragma once

#include <atomic>
#include <string_view>

#include "exporter/http/exchange.h"
#include "exporter/web/credentials.h"
#include "exporter/web/live_config.h"
#include "exporter/web/rate_limiter.h"

namespace winjob::exporter::web {

class Gate {
 public:
  explicit Gate(LiveConfig& config) : config_(config) {}

  /// Lets the request in (kHandle), refuses it (kAnswer, with the response set) or asks for Verify. Sets the headers
  /// that every answer has. Threads: the server's.
  [[nodiscard]] http::Step Admit(http::Exchange& exchange);

  /// Compares the password. Threads: one.
  [[nodiscard]] http::Step Verify(http::Exchange& exchange);

 private:
  LiveConfig& config_;
  RateLimiter limiter_;
  Checker checker_;
  std::atomic<int> verifying_{0};  // that many wait for a comparison
};

}  // namespace winjob::exporter::web
