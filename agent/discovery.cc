// The agent observes the jobs that its Discoverer finds, behind those of the configuration.
#include <iterator>
#include <map>

#include "agent/agent.h"

namespace winjob::agent {

void Agent::LookForJobs() {
  if (discoverer_.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_discovery_) return;
  next_discovery_ = now + poll_interval_.load() / 2;  // the names of all jobs cost more than a reading
  if (discoverer_.Look()) Observe(TakeDiscovered());
}

std::vector<std::unique_ptr<WatchedJob>> Agent::TakeDiscovered() {
  const auto first = jobs_.begin() + static_cast<std::ptrdiff_t>(config_.jobs.size());
  std::vector<std::unique_ptr<WatchedJob>> discovered(std::make_move_iterator(first),
                                                      std::make_move_iterator(jobs_.end()));
  jobs_.erase(first, jobs_.end());
  return discovered;
}

// Those that were observed before, and are to be observed still, keep their handles and counters.
void Agent::Observe(std::vector<std::unique_ptr<WatchedJob>> before) {
  std::map<std::string, std::unique_ptr<WatchedJob>> by_object;
  for (std::unique_ptr<WatchedJob>& job : before) {
    const std::string object = job->config().object;
    by_object.emplace(object, std::move(job));
  }
  for (const config::JobConfig& job : discoverer_.jobs()) {
    const auto known = by_object.find(job.object);
    const bool stays = known != by_object.end() && known->second->config().name == job.name;
    jobs_.push_back(stays ? std::move(by_object.extract(known).mapped()) : Watch(job, config_));
  }
  for (const auto& [object, job] : by_object) Close(*job);
  Describe();
}

// The same jobs are the same object, so that what is made from it can be kept.
void Agent::Describe() {
  JobDescriptions descriptions;
  for (const auto& job : jobs_) {
    const config::JobConfig& config = job->config();
    descriptions.push_back({config.name, config.object, discoverer_.container(config.object)});
  }
  if (descriptions_ == nullptr || descriptions != *descriptions_)
    descriptions_ = std::make_shared<const JobDescriptions>(std::move(descriptions));
}

}  // namespace winjob::agent
