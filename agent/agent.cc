#include "agent/agent.h"

#include <algorithm>
#include <utility>

#include "agent/surroundings.h"
#include "winjob/ended_children.h"

namespace winjob::agent {
namespace {

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
      config_(config),
      adopter_(config, log_),
      budget_(log_),
      discoverer_(config, log_),
      watcher_(
          port_, boxes_, [this] { CallAttention(); }, log_) {
  WarnOfOwnJob(log_);
  for (const config::JobConfig& job : config.jobs) jobs_.push_back(Watch(job, config));
  Describe();
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
  for (const auto& job : jobs_) job->AskToStop();
  for (const auto& job : jobs_) job->Release();
  stopped_ = true;
}

SnapshotPool::Lease Agent::Fresh() {
  PollOlderThan(max_age_.load());
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
  LookForJobs();
  Snapshot& snapshot = snapshots_.Spare();
  PrepareFor(descriptions_, snapshot);
  ++mark_;
  snapshot.processes.Clear();
  const bool ended = kernel::MayHaveEndedChildren();  // most polls find none, and need not ask every command
  std::optional<WatchedJob::Clock::time_point> due;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    jobs_[i]->Poll(port_, mark_, snapshot.jobs[i], ended);
    if (jobs_[i]->shows_processes()) {
      ProcessSamples& processes = snapshot.processes.Add();
      processes.job = i;
      jobs_[i]->ReadProcesses(processes);
    }
    const auto job_due = jobs_[i]->due();
    if (job_due && (!due || *job_due < *due)) due = job_due;
  }
  snapshot.dropped_series = budget_.Apply(config_.series_budget, snapshot.processes);
  LookForProcesses(snapshot);
  snapshot.discovery = discoverer_.totals();
  watcher_.Mark(mark_);
  snapshot.taken = std::chrono::steady_clock::now();
  snapshot.wall_time = std::chrono::system_clock::now();
  snapshots_.Publish();
  observer_(snapshot, snapshot.taken - begin);
  const std::lock_guard lock(wake_mutex_);
  if (std::exchange(due_, due) != due) wake_.notify_all();
}

// After the jobs were obtained, so that those of this poll can take processes in; their counts show at the next one.
void Agent::LookForProcesses(Snapshot& snapshot) {
  if (adopter_.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  if (now >= next_look_) {
    next_look_ = now + poll_interval_.load() / 2;  // a table of all processes costs more than a reading
    adopter_.Look({[this](std::string_view name) { return Find(name)->job(); },
                   [this](const Process& process) {
                     return std::any_of(jobs_.begin(), jobs_.end(),
                                        [&](const auto& job) { return job->Owns(process); });
                   }});
  }
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    snapshot.jobs[i].adopts = !jobs_[i]->config().adopt.empty();
    snapshot.jobs[i].adoptions = adopter_.totals(jobs_[i]->config().name);
  }
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
  auto next = std::chrono::steady_clock::now() + poll_interval_.load();
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
      PollOlderThan(is_due ? std::chrono::nanoseconds::zero() : std::chrono::nanoseconds(poll_interval_.load()) / 2);
      next = std::chrono::steady_clock::now() + poll_interval_.load();
    }
    lock.lock();
  }
}

}  // namespace winjob::agent
