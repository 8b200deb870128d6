#include "exporter/reload.h"

#include "config/load.h"
#include "config/text_file.h"
#include "exporter/configuration.h"

namespace winjob::exporter {
namespace {

// Empty: not readable now, which is not a reason to do anything.
std::string Contents(const std::string& file) {
  std::string text;
  return config::ReadTextFile(config::PathOf(file), config::kMaxConfigFile, text) ? text : "";
}

}  // namespace

Reloader::Reloader(std::string file, agent::Agent& agent, SelfMetrics& self, const agent::Log& log,
                   std::function<void()> applied)
    : file_(std::move(file)),
      agent_(agent),
      self_(self),
      log_(log),
      applied_(std::move(applied)),
      seen_(Contents(file_)) {}

Result<agent::Plan, std::string> Reloader::Reload() {
  const std::lock_guard lock(mutex_);
  seen_ = Contents(file_);
  const auto plan = Apply();
  self_.ObserveReload(static_cast<bool>(plan));
  if (plan) {
    log_.Info("the configuration was read again", {{"config_file", file_}, {"changes", Describe(*plan)}});
    applied_();
  } else {
    log_.Error("the configuration is refused; the one before stays in force",
               {{"config_file", file_}, {"errors", plan.error()}});
  }
  return plan;
}

void Reloader::ReloadIfChanged() {
  {
    const std::lock_guard lock(mutex_);
    const std::string now = Contents(file_);
    if (now.empty() || now == seen_) return;
  }
  (void)Reload();  // which logs its outcome
}

Result<agent::Plan, std::string> Reloader::Apply() {
  const auto config = config::LoadFile(file_);
  if (!config) return DescribeAll(file_, config.error());
  auto plan = agent_.Reload(*config);
  if (!plan) return file_ + ": " + plan.error() + "\n";
  return plan;
}

}  // namespace winjob::exporter
