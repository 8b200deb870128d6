// The agent follows another configuration.
#include <algorithm>

#include "agent/agent.h"

namespace winjob::agent {

using config::JobConfig;
using Kind = JobChange::Kind;

std::unique_ptr<WatchedJob> Agent::Watch(const JobConfig& job, const config::Config& config) {
  return std::make_unique<WatchedJob>(job, ConflictOf(job, config), boxes_.Open(), log_);
}

std::unique_ptr<WatchedJob>& Agent::Find(std::string_view name) {
  return *std::find_if(jobs_.begin(), jobs_.end(), [&](const std::unique_ptr<WatchedJob>& job) {
    return job != nullptr && job->config().name == name;
  });
}

void Agent::Close(WatchedJob& job) {
  job.Release();
  boxes_.Close(job.key());
}

config::Config Agent::config() const {
  const std::lock_guard lock(poll_mutex_);
  return config_;
}

// The first `count` jobs of the refused configuration get back the limits that they had.
void Agent::TakeBack(const config::Config& next, std::size_t count) {
  const Plan plan = MakePlan(config_, next);
  for (std::size_t i = 0; i < count; ++i)
    if (plan.jobs[i].kind == Kind::kChanged) Find(next.jobs[i].name)->TakeBack(next.jobs[i]);
}

Result<Plan, std::string> Agent::Reload(const config::Config& next) {
  const std::lock_guard lock(poll_mutex_);
  if (stopped_) return std::string("the agent is stopping");
  Plan plan = MakePlan(config_, next);

  // What may be refused comes first.
  for (std::size_t i = 0; i < next.jobs.size(); ++i) {
    if (plan.jobs[i].kind != Kind::kChanged) continue;
    const std::string error = Find(next.jobs[i].name)->TryChange(next.jobs[i]);
    if (error.empty()) continue;
    TakeBack(next, i);
    return "job " + next.jobs[i].name + ": " + error;
  }

  std::vector<std::unique_ptr<WatchedJob>> discovered = TakeDiscovered();
  bool replaced = false;
  // First close, then open: a kernel object may go from one job to another.
  const auto closes = [](const JobChange& change) {
    return change.kind == Kind::kRemoved || change.kind == Kind::kReplaced;
  };
  for (const JobChange& change : plan.jobs)
    if (closes(change)) Find(change.name)->AskToStop();
  for (const JobChange& change : plan.jobs) {
    if (!closes(change)) continue;
    std::unique_ptr<WatchedJob>& job = Find(change.name);
    Close(*job);
    job.reset();
    replaced = true;
  }
  std::vector<std::unique_ptr<WatchedJob>> jobs;
  for (std::size_t i = 0; i < next.jobs.size(); ++i) {
    const Kind kind = plan.jobs[i].kind;
    const bool stays = kind == Kind::kUnchanged || kind == Kind::kChanged;
    jobs.push_back(stays ? std::move(Find(next.jobs[i].name)) : Watch(next.jobs[i], next));
    if (kind == Kind::kChanged) jobs.back()->Change(next.jobs[i]);
  }
  jobs_ = std::move(jobs);
  Adopter adopter(next, log_);
  adopter.Inherit(std::move(adopter_), !replaced);
  adopter_ = std::move(adopter);
  next_look_ = {};
  config_ = next;
  poll_interval_ = next.poll_interval;
  max_age_ = next.max_age;
  Discoverer discoverer(next, log_);
  discoverer.Inherit(discoverer_);
  discoverer_ = std::move(discoverer);
  next_discovery_ = {};
  Observe(std::move(discovered));
  Poll();
  wake_.notify_all();
  return plan;
}

}  // namespace winjob::agent
