#include "agent/command_runner.h"

#include <algorithm>
#include <utility>

namespace winjob::agent {

using config::RestartPolicy;

CommandRunner::CommandRunner(const config::JobConfig& config, const Log& log)
    : name_(config.name), keep_names_(config.on_exit == config::OnExit::kRelease), log_(&log) {
  for (const config::Command& command : config.start)
    commands_.push_back(std::make_shared<const config::Command>(command));
}

void CommandRunner::StartAll(const Job& job, Clock::time_point now) {
  slots_.clear();
  for (const auto& command : commands_) StartNew(job, command, now);
}

void CommandRunner::StartNew(const Job& job, const std::shared_ptr<const config::Command>& command,
                             Clock::time_point now) {
  Slot& slot = slots_.emplace_back(Slot{command});
  slot.backoff = command->restart.backoff;
  Start(job, slot, now);
}

void CommandRunner::Change(const config::JobConfig& next, const Job* job, Clock::time_point now) {
  std::vector<Slot> left = std::exchange(slots_, {});
  commands_.clear();
  keep_names_ = next.on_exit == config::OnExit::kRelease;
  for (const config::Command& command : next.start) {
    commands_.push_back(std::make_shared<const config::Command>(command));
    const auto same =
        std::find_if(left.begin(), left.end(), [&](const Slot& slot) { return *slot.command == command; });
    if (same != left.end()) {
      slots_.push_back(std::move(*same));
      left.erase(same);
    } else if (job != nullptr) {
      StartNew(*job, commands_.back(), now);
    }
  }
}

void CommandRunner::Start(const Job& job, Slot& slot, Clock::time_point now) {
  const config::Command& command = *slot.command;
  const Job* const jobs[] = {&job};
  kernel::StartRequest request{command.command, command.directory, command.environment};
  request.keep_names = keep_names_;
  slot.again.reset();
  slot.started = now;
  if (Result<Process> process = Process::Start(request, jobs)) {
    log_->Info(
        "started a command",
        {{"job_object", name_}, {"command", command.command[0]}, {"pid", static_cast<std::uint64_t>(process->id())}});
    slot.process = std::move(*process);
    slot.failed = false;
    return;
  } else if (++failures_; !slot.failed) {
    log_->Error("a command cannot be started", {{"job_object", name_},
                                                {"command", command.command[0]},
                                                {"directory", command.directory},
                                                {"error", process.error()}});
  }
  slot.failed = true;
  if (command.restart.policy != RestartPolicy::kNever) Plan(slot, now);
}

// The next start, after a wait that grows.
void CommandRunner::Plan(Slot& slot, Clock::time_point now) {
  const config::Restart& restart = slot.command->restart;
  if (now - slot.started > restart.max_backoff) slot.backoff = restart.backoff;
  slot.again = now + slot.backoff;
  slot.backoff = std::min(slot.backoff * 2, restart.max_backoff);
}

void CommandRunner::Ended(Slot& slot, std::optional<std::uint32_t> exit_code, Clock::time_point now) {
  const RestartPolicy policy = slot.command->restart.policy;
  const bool again = policy == RestartPolicy::kAlways || (policy == RestartPolicy::kOnFailure && exit_code != 0U);
  if (again) Plan(slot, now);
  const auto wait = again ? std::chrono::duration_cast<std::chrono::milliseconds>(*slot.again - now).count() : 0;
  log_->Info("a started command has ended",
             {{"job_object", name_},
              {"command", slot.command->command[0]},
              {"pid", static_cast<std::uint64_t>(slot.process->id())},
              {"exit_code", exit_code ? std::to_string(*exit_code) : std::string("unknown")},
              {"restart", again ? "in " + std::to_string(wait) + "ms" : std::string("no")}});
  slot.process.reset();
}

void CommandRunner::Reap(Exits& exits, Clock::time_point now) {
  for (Slot& slot : slots_) {
    std::optional<std::uint32_t> exit_code;
    if (!slot.process || slot.process->Wait(Timeout::zero(), exit_code)) continue;
    exits.Count(exit_code);
    Ended(slot, exit_code, now);
  }
}

void CommandRunner::StartDue(const Job& job, Clock::time_point now) {
  for (Slot& slot : slots_) {
    if (!slot.again || *slot.again > now) continue;
    ++restarts_;
    Start(job, slot, now);
  }
}

std::optional<CommandRunner::Clock::time_point> CommandRunner::due() const noexcept {
  std::optional<Clock::time_point> first;
  for (const Slot& slot : slots_)
    if (slot.again && (!first || *slot.again < *first)) first = slot.again;
  return first;
}

void CommandRunner::AskToStop() {
  for (Slot& slot : slots_) {
    slot.again.reset();
    if (!slot.process || !slot.command->grace || std::exchange(slot.asked, true)) continue;
    if (const std::error_code error = slot.process->RequestStop())
      log_->Warning("a command cannot be asked to stop; it is ended at once",
                    {{"job_object", name_}, {"command", slot.command->command[0]}, {"error", error}});
    else
      slot.stop_by = Clock::now() + *slot.command->grace;
  }
}

void CommandRunner::AwaitStop() {
  for (const Slot& slot : slots_) {
    if (!slot.process || !slot.stop_by) continue;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*slot.stop_by - Clock::now());
    std::optional<std::uint32_t> exit_code;
    if (slot.process->Wait(std::max(left, Timeout::zero()), exit_code))
      log_->Warning("a command did not stop in its grace and is ended",
                    {{"job_object", name_}, {"pid", static_cast<std::uint64_t>(slot.process->id())}});
  }
}

bool CommandRunner::failing() const noexcept {
  return std::any_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.failed; });
}

}  // namespace winjob::agent
