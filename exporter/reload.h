// Reading the configuration again while the program runs.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "agent/agent.h"
#include "exporter/self_metrics.h"

namespace winjob::exporter {

class Reloader {
 public:
  /// `applied` is called after each success, before Reload returns.
  Reloader(std::string file, agent::Agent& agent, SelfMetrics& self, const agent::Log& log,
           std::function<void()> applied);

  /// Reads the file and has the agent follow it: all of it or, on an error, nothing. The outcome is logged and shown as
  /// winjob_config_last_reload_successful. Threads: any; one reload at a time.
  /// Errors: what is wrong, one line each; then everything runs on as before. On success, what has changed.
  [[nodiscard]] Result<agent::Plan, std::string> Reload();

  /// The same if the file has other contents than at the last attempt, or at construction.
  void ReloadIfChanged();

 private:
  [[nodiscard]] Result<agent::Plan, std::string> Apply();

  const std::string file_;
  agent::Agent& agent_;
  SelfMetrics& self_;
  const agent::Log& log_;
  const std::function<void()> applied_;
  std::mutex mutex_;
  std::string seen_;  // the contents that were tried last
};

}  // namespace winjob::exporter
