#include "agent/agent.h"

#include <algorithm>
#include <utility>

namespace winjob::agent {
namespace {

// An unprefixed name is the same as one in the session's namespace.
std::string_view Canonical(std::string_view object) noexcept {
  constexpr std::string_view kLocal = "Local\\";
  return object.starts_with(kLocal) ? object.substr(kLocal.size()) : object;
}

JobDescriptions DescribeJobs(const config::Config& config) {
  JobDescriptions descriptions;
  for (const config::JobConfig& job : config.jobs) descriptions.push_back({job.name, job.object});
  return descriptions;
}

// Makes room for these jobs. Allocates only when the snapshot was of others.
void PrepareFor(const std::shared_ptr<const JobDescriptions>& jobs, Snapshot& snapshot) {
  if (snapshot.descriptions == jobs) return;
  snapshot.descriptions = jobs;
  snapshot.jobs.assign(jobs->size(), JobSample{});
}

Snapshot Blank() {
  Snapshot snapshot;
  snapshot.descriptions = std::make_shared<const JobDescriptions>();
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
      port_(std::move(port)),
      snapshots_(Blank()),
      descriptions_(std::make_shared<const JobDescriptions>(DescribeJobs(config))),
      watcher_(
          port_, boxes_, [this] { CallAttention(); }, log_) {
  for (const config::JobConfig& job : config.jobs) {
    const auto first = std::find_if(config.jobs.begin(), config.jobs.end(), [&](const config::JobConfig& other) {
      return Canonical(other.object) == Canonical(job.object);
    });
    std::string conflict = first->name == job.name ? std::string() : first->name;
    jobs_.push_back(std::make_unique<WatchedJob>(job, std::move(conflict), boxes_.Open(), log_));
  }
  PollOlderThan(std::chrono::nanoseconds::zero());
  poller_ = std::thread([this] { RunPoller(); });
}

Agent::~Agent() { Stop(); }

void Agent::Stop() {
  {
    const std::lock_guard lock(wake_mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (poller_.joinable()) poller_.join();

  const std::lock_guard lock(poll_mutex_);
  if (stopped_) return;
  Poll();  // final totals: they are gone with the last handle
  for (const auto& job : jobs_) job->Release();
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
  Poll();
}

void Agent::Poll() {
  const auto begin = std::chrono::steady_clock::now();
  Snapshot& snapshot = snapshots_.Spare();
  PrepareFor(descriptions_, snapshot);
  ++mark_;
  std::optional<WatchedJob::Clock::time_point> due;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    jobs_[i]->Poll(port_, mark_, snapshot.jobs[i]);
    const auto job_due = jobs_[i]->due();
    if (job_due && (!due || *job_due < *due)) due = job_due;
  }
  watcher_.Mark(mark_);
  snapshot.taken = std::chrono::steady_clock::now();
  snapshot.wall_time = std::chrono::system_clock::now();
  snapshots_.Publish();
  observer_(snapshot, snapshot.taken - begin);
  const std::lock_guard lock(wake_mutex_);
  if (std::exchange(due_, due) != due) wake_.notify_all();
}

void Agent::Attend() {
  const std::lock_guard lock(poll_mutex_);
  if (stopped_) return;
  for (const auto& job : jobs_) job->Attend();
}

void Agent::CallAttention() {
  {
    const std::lock_guard lock(wake_mutex_);
    attention_ = true;
  }
  wake_.notify_all();
}

void Agent::RunPoller() {
  std::unique_lock lock(wake_mutex_);
  auto next = std::chrono::steady_clock::now() + poll_interval_;
  while (!stopping_) {
    const auto until = due_ ? std::min(*due_, next) : next;
    const auto now = std::chrono::steady_clock::now();
    if (!attention_ && now < until) {
      wake_.wait_until(lock, until);
      continue;
    }
    const bool attend = std::exchange(attention_, false);
    const bool is_due = due_ && now >= *due_;
    if (is_due) due_.reset();
    lock.unlock();
    if (attend) Attend();
    if (is_due || now >= next) {
      PollOlderThan(is_due ? std::chrono::nanoseconds::zero() : std::chrono::nanoseconds(poll_interval_) / 2);
      next = std::chrono::steady_clock::now() + poll_interval_;
    }
    lock.lock();
  }
}

}  // namespace winjob::agent
