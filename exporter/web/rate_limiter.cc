#include "exporter/web/rate_limiter.h"

#include <algorithm>

namespace winjob::exporter::web {

bool RateLimiter::Allow(const RateLimit& limit, Clock::time_point now) noexcept {
  if (limit.interval.count() == 0) return true;
  if (limit.interval != limit_.interval || limit.burst != limit_.burst) {
    limit_ = limit;
    tokens_ = limit.burst;
    filled_ = now;
  }
  const double earned = std::chrono::duration<double>(now - filled_) / std::chrono::duration<double>(limit.interval);
  tokens_ = std::min<double>(limit.burst, tokens_ + earned);
  filled_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

}  // namespace winjob::exporter::web
