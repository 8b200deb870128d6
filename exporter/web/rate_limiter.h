// How many requests are let in, whoever sends them: a bucket of tokens.
#pragma once

#include <chrono>

#include "exporter/web/web_config.h"

namespace winjob::exporter::web {

/// Threads: one.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  /// Whether one more request is let in now. A changed limit begins with a full bucket.
  [[nodiscard]] bool Allow(const RateLimit& limit, Clock::time_point now) noexcept;

 private:
  RateLimit limit_;
  double tokens_ = 0;
  Clock::time_point filled_;
};

}  // namespace winjob::exporter::web
