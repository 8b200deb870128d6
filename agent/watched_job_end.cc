// How watching a job ends: with the agent, or with the job.
#include <tuple>

#include "agent/watched_job.h"

namespace winjob::agent {

void WatchedJob::AskToStop() {
  if (job_ && config_.on_exit == config::OnExit::kKill) commands_.AskToStop();
}

// By a handle in each member, so that the next agent finds the job whichever of them lives longest. The commands of
// `start` have had one since they began; this is for what they and others have started meanwhile. Some members may
// refuse.
void WatchedJob::KeepName() {
  if (const Result<std::vector<ProcessId>> members = job_->Processes())
    for (const ProcessId member : *members)
      if (const Result<Process> process = Process::Open(member, abi::kProcessQueryLimitedInformation))
        std::ignore = job_->KeepName(*process);
}

void WatchedJob::Release() {
  if (!job_) return;
  AskToStop();
  if (config_.on_exit == config::OnExit::kRelease && config::Creates(config_.mode)) KeepName();
  if (config_.on_exit == config::OnExit::kKill) {
    commands_.AwaitStop();
    if (const std::error_code error = job_->Terminate(0))
      log_.Error("a job cannot be ended", {{"job_object", config_.name}, {"error", error}});
  }
  commands_.Reap(entry_.box->exits, Clock::now());
  commands_.Release();
  // A name that a member keeps would keep the port, and with it every message that nobody reads.
  if (port_ == PortState::kAttached) std::ignore = job_->StopNotifying();  // Wine cannot, and says so
  port_ = PortState::kNone;
  missed_.End();
  entry_.box->exits.Clear();
  job_.reset();
}

bool WatchedJob::IsOver(const Job& job) {
  const Result<bool> abandoned = job.IsAbandoned();
  return abandoned && *abandoned;
}

// Observing ends with what is observed: a handle of the agent's would keep the job's name taken, and its processes from
// ending with its owner. What was read of it just now are its final totals.
void WatchedJob::LetGo() {
  if (!job_ || config_.mode != config::Mode::kObserve || !IsOver(*job_)) return;
  log_.Info("a job that was observed is over", {{"job_object", config_.name}, {"object", config_.object}});
  job_.reset();
  state_ = JobState::kAbsent;
}

}  // namespace winjob::agent
