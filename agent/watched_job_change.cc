// One job follows another configuration.
#include "agent/watched_job.h"

namespace winjob::agent {

std::string WatchedJob::TryChange(const config::JobConfig& next) {
  if (!job_) return {};
  if (next.security != config_.security)
    return "security: a job gets it when it is created; end this one first, or leave the key as it was";
  return limits_.TryChange(*job_, next);
}

void WatchedJob::TakeBack(const config::JobConfig& next) {
  if (!job_) return;
  if (const std::string error = limits_.TakeBack(*job_, next); !error.empty())
    log_.Error("a limit cannot be set back", {{"job_object", config_.name}, {"error", error}});
}

void WatchedJob::Change(const config::JobConfig& next) {
  const bool other_thresholds = !(next.notify == config_.notify);
  const bool other_commands = !(next.start == config_.start) || next.on_exit != config_.on_exit;
  config_ = next;
  limits_.Change(next);
  if (other_commands) commands_.Change(next, job(), Clock::now());
  if (!other_thresholds) return;
  thresholds_.Change(next.notify);
  if (!job_ || config_.mode == config::Mode::kObserve) return;
  Counters counters;
  (void)job_->QueryCounters(counters);
  thresholds_.Begin(*job_, counters);
}

}  // namespace winjob::agent
