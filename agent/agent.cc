#include "agent/agent.h"

#include <algorithm>

namespace winjob::agent {
namespace {

// An unprefixed name is the same as one in the session's namespace.
std::string_view Canonical(std::string_view object) noexcept {
  constexpr std::string_view kLocal = "Local\\";
  return object.starts_with(kLocal) ? object.substr(kLocal.size()) : object;
}

std::vector<JobDescription> DescribeJobs(const config::Config& config) {
  std::vector<JobDescription> descriptions;
  for (const config::JobConfig& job : config.jobs) descriptions.push_back({job.name, job.object});
  return descriptions;
}

Snapshot Blank(std::size_t jobs) {
  Snapshot snapshot;
  snapshot.jobs.resize(jobs);
  return snapshot;
}

}  // namespace

Result<std::unique_ptr<Agent>> Agent::Start(const config::Config& config, Log log, PollObserver observer) {
  Result<Port> port = Port::Create();
  if (!port) return port.error();
  return std::unique_ptr<Agent>(new Agent(config, std::move(log), std::move(observer), std::move(*port)));
}

Agent::Agent(const config::Config& config, Log log, PollObserver observer, Port port)
    : poll_interval_(config.poll_interval),
      max_age_(config.max_age),
      log_(std::move(log)),
      observer_(std::move(observer)),
      descriptions_(DescribeJobs(config)),
      port_(std::move(port)),
      counts_(config.jobs.size()),
      snapshots_(Blank(config.jobs.size())),
      watcher_(port_, counts_, log_) {
  for (const config::JobConfig& job : config.jobs) {
    const auto first = std::find_if(config.jobs.begin(), config.jobs.end(), [&](const config::JobConfig& other) {
      return Canonical(other.object) == Canonical(job.object);
    });
    jobs_.emplace_back(job, first->name == job.name ? std::string() : first->name, log_);
  }
  PollOlderThan(std::chrono::nanoseconds::zero());
  poller_ = std::thread([this] { RunPoller(); });
}

Agent::~Agent() { Stop(); }

void Agent::Stop() {
  {
    const std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  if (poller_.joinable()) poller_.join();

  const std::lock_guard lock(poll_mutex_);
  if (!stopped_)
    for (WatchedJob& job : jobs_) job.Release();
  stopped_ = true;
}

SnapshotPool::Lease Agent::Fresh() {
  PollOlderThan(max_age_);
  return snapshots_.Latest();
}

void Agent::PollOlderThan(std::chrono::nanoseconds age) {
  const auto fresh = [&] { return std::chrono::steady_clock::now() - snapshots_.Latest()->taken < age; };
  if (fresh()) return;
  const std::lock_guard lock(poll_mutex_);
  if (stopped_ || fresh()) return;  // or another thread took the reading meanwhile

  const auto begin = std::chrono::steady_clock::now();
  Snapshot& snapshot = snapshots_.Spare();
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    jobs_[i].Poll(port_, KeyOf(i), snapshot.jobs[i]);
    counts_.Read(i, snapshot.jobs[i].events);
  }
  snapshot.taken = std::chrono::steady_clock::now();
  snapshot.wall_time = std::chrono::system_clock::now();
  snapshots_.Publish();
  observer_(snapshot, snapshot.taken - begin);
}

void Agent::RunPoller() {
  std::unique_lock lock(stop_mutex_);
  while (!stop_.wait_for(lock, poll_interval_, [this] { return stopping_; })) {
    lock.unlock();
    PollOlderThan(poll_interval_ / 2);
    lock.lock();
  }
}

}  // namespace winjob::agent
