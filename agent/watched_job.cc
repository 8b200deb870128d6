#include "agent/watched_job.h"

#include <algorithm>
#include <numeric>

#include "agent/job_rights.h"

namespace winjob::agent {
namespace {

using config::Mode;

// What an error of opening or creating says about the job, and what an operator can do about it.
struct Verdict {
  Win32Error error;
  JobState state;
  std::string_view hint;
};
constexpr Verdict kVerdicts[] = {
    {Win32Error::kFileNotFound, JobState::kAbsent, "it will be watched as soon as something creates it"},
    {Win32Error::kAccessDenied, JobState::kDenied, "run the agent with more rights, or loosen the job's security"},
    {Win32Error::kAlreadyExists, JobState::kConflict, "use mode: create_or_open to share it"},
    {Win32Error::kInvalidHandle, JobState::kConflict, "the name belongs to an object of another kind"},
    {Win32Error::kNotSupported, JobState::kFailed, "this kernel knows no security descriptors: take out security"},
    {Win32Error::kPathNotFound, JobState::kFailed, "a kernel name has no backslash after Local\\ or Global\\"},
};
constexpr Verdict kOther{Win32Error::kGenFailure, JobState::kFailed, "it will be tried again at each poll"};

const Verdict& Judge(const std::error_code& error) noexcept {
  for (const Verdict& verdict : kVerdicts)
    if (error == make_error_code(verdict.error)) return verdict;
  return kOther;
}

// Whether a query that is answered so was of an object that is there no more.
bool IsGone(const std::error_code& error) noexcept {
  return error == Win32Error::kInvalidHandle || error == Win32Error::kFileNotFound;
}

}  // namespace

WatchedJob::WatchedJob(const config::JobConfig& config, std::string conflict, Mailboxes::Entry entry, const Log& log)
    : config_(config),
      conflict_(std::move(conflict)),
      entry_(std::move(entry)),
      log_(log),
      limits_(config, log),
      thresholds_(config.name, config.notify, log),
      commands_(config, log) {}

void WatchedJob::Poll(const Port& port, std::uint64_t mark, JobSample& sample, bool ended) {
  if (!conflict_.empty()) {
    Enter(JobState::kConflict, make_error_code(Win32Error::kAlreadyExists));
  } else if (!job_) {
    if (const std::error_code error = Obtain(port))
      Enter(Judge(error).state, error);
    else if (!config_.start.empty() && !RunsAlready())
      commands_.StartAll(*job_, Clock::now());
  }

  sample.up = false;
  sample.counters = Counters{};
  sample.page_faults.reset();
  sample.missed = missed_.missed() > 0 ? std::optional(missed_.missed()) : std::nullopt;
  sample.reading.memory = {};
  sample.support = kernel::Support{};
  if (job_) {
    if (ended) commands_.Reap(entry_.box->exits, Clock::now());
    commands_.StartDue(*job_, Clock::now());
    Read(mark, sample);
    entry_.box->exits.Settle(sample.counters.terminated_processes, Clock::now());
  }
  if (job_) {
    Attend();
    ReadMessages(port, sample);
    if (state_ == JobState::kOpen && commands_.failing()) state_ = JobState::kStartFailed;
    if (state_ == JobState::kStartFailed && !commands_.failing()) state_ = JobState::kOpen;
  } else {
    sample.reading.limits = {};
    sample.limits = {};
    sample.thresholds = {};
    sample.refused_thresholds = {};
    sample.exits_known = false;
  }
  entry_.box->events.Read(sample.events);
  sample.exits = entry_.box->exits.totals();
  sample.port = port_;
  sample.state = *state_;
  sample.violations = thresholds_.violations();
  sample.limit_corrections = limits_.corrections();
  sample.start_failures = commands_.failures();
  sample.restarts = commands_.restarts();
  sample.regressions = guard_.regressions();
  sample.query_errors = query_errors_.total();
  sample.failed_queries = query_errors_;
  LetGo();
}

std::error_code WatchedJob::Obtain(const Port& port) {
  Result<Job> job =
      config::Creates(config_.mode) ? Job::Create(config_.object, config_.security) : OpenWithRights(config_, log_);
  // To create a job that exists asks for all rights to it.
  if (!job && job.error() == Win32Error::kAccessDenied && config_.mode == Mode::kCreateOrOpen)
    job = OpenWithRights(config_, log_);
  if (!job) return job.error();
  if (config_.mode == Mode::kObserve && IsOver(*job)) return make_error_code(Win32Error::kFileNotFound);
  if (config_.mode == Mode::kCreate && job->existed()) return make_error_code(Win32Error::kAlreadyExists);

  job_ = std::move(*job);
  guard_.Reset();
  entry_.box->exits.Clear();  // of the job before
  // Observing takes no port: the one port that a job can have belongs to the program that owns the job.
  if (config_.mode != Mode::kObserve) {
    limits_.Apply(*job_);
    Subscribe(port);
    Counters counters;
    (void)job_->QueryCounters(counters);  // without them the thresholds count from 0
    thresholds_.Begin(*job_, counters);
  }
  Enter(JobState::kOpen, {});
  log_.Info(job_->existed() ? "opened a job" : "created a job",
            {{"job_object", config_.name}, {"object", config_.object}});
  return {};
}

// A job that is tied to another port is still worth watching. One that the agent may create is its own: what is tied
// there is the port of an agent that ended and left the job's name alive, so it is replaced.
void WatchedJob::Subscribe(const Port& port) {
  Counters before;
  (void)job_->QueryCounters(before);
  EventTotals counted;
  entry_.box->events.Read(counted);
  const bool own = config_.mode == Mode::kCreateOrOpen && job_->existed();
  const std::error_code error = own ? job_->ReplacePort(port, entry_.key) : job_->NotifyTo(port, entry_.key);
  port_ = error ? PortState::kRefused : PortState::kAttached;
  if (error) {
    log_.Warning("a job's notifications cannot be counted", {{"job_object", config_.name}, {"error", error}});
    return;
  }
  entry_.box->exits.set_messages_tell(TellsExitCodes(job_->support()));
  missed_.Begin(before.total_processes.value_or(0), before.active_processes.value_or(0),
                counted[static_cast<std::size_t>(Event::kNewProcess)]);
  silent_looks_ = gap_seen_ = 0;
}

/// Whether an earlier agent's commands still run, or may: a second copy would do more harm than none.
bool WatchedJob::RunsAlready() const {
  if (!job_->existed()) return false;
  Counters counters;
  const std::error_code error = job_->QueryCounters(counters);
  if (error)
    log_.Error("commands are not started: nobody knows whether they run",
               {{"job_object", config_.name}, {"error", error}});
  else if (counters.active_processes != 0u)
    log_.Info("the job runs already; its commands are not started again",
              {{"job_object", config_.name}, {"active_processes", counters.active_processes.value_or(0)}});
  return error || counters.active_processes != 0u;
}

void WatchedJob::Read(std::uint64_t mark, JobSample& sample) {
  sample.support = job_->support();
  if (port_ != PortState::kAttached) sample.support.messages = 0;
  if (const std::error_code error = job_->QueryCounters(sample.counters)) {
    QueryFailed(abi::InfoClass::kBasicAndIoAccounting, error, sample);
    return;
  }
  if (sample.counters.total_processes) missed_.Expect(mark, *sample.counters.total_processes);
  guard_.Pass(sample.counters, sample.page_faults);
  sample.up = true;
  query_failing_ = false;

  if (limits_.Check(*job_, sample.reading)) query_errors_.Add(limits_.failed());
  sample.limits = limits_.statuses();
  if (config_.mode == Mode::kObserve) return;
  thresholds_.Check(*job_, sample.counters, sample.reading.memory, Clock::now());
  sample.thresholds = thresholds_.wanted();
  sample.refused_thresholds = thresholds_.refused();
}

void WatchedJob::QueryFailed(abi::InfoClass info_class, const std::error_code& error, JobSample& sample) {
  query_errors_.Add(info_class);
  sample.counters = Counters{};
  sample.reading.limits = {};
  if (!query_failing_) log_.Warning("a job cannot be read", {{"job_object", config_.name}, {"error", error}});
  query_failing_ = true;
  if (!IsGone(error)) return;
  // The object is there no more. One that gets its name is another job, with counters that begin anew.
  commands_.Release();
  missed_.End();
  port_ = PortState::kNone;
  job_.reset();
  Enter(JobState::kAbsent, error);
}

// On Linux a message tells that an exit was abnormal just where messages have exit codes.
bool WatchedJob::TellsExitCodes(const kernel::Support& support) const noexcept {
  return port_ == PortState::kAttached && Reports(support, Event::kAbnormalExitProcess);
}

void WatchedJob::ReadMessages(const Port& port, JobSample& sample) {
  const kernel::Support support = job_->support();
  const bool counts = (support.counters & kernel::kTotalProcesses) != 0 && Reports(support, Event::kNewProcess);
  sample.exits_known = port_ == PortState::kAttached || entry_.box->exits.linux_codes();
  entry_.box->exits.set_messages_tell(TellsExitCodes(support));
  if (sample.counters.active_processes) entry_.box->exits.Sweep(*sample.counters.active_processes);
  if (!counts || port_ == PortState::kNone || port_ == PortState::kRefused) return;
  missed_.Arrive(entry_.box->events.settled());
  LookForPort(port);
  sample.missed = missed_.missed();
}

// Processes that start without any message, poll after poll: the port is another's now, or nobody's.
void WatchedJob::LookForPort(const Port& port) {
  constexpr std::uint64_t kPatience = 4;  // polls
  constexpr std::uint64_t kMany = 5;      // processes: single messages do get lost
  EventTotals events;
  entry_.box->events.Read(events);
  const std::uint64_t messages = std::accumulate(events.begin(), events.end(), std::uint64_t{0});
  const bool came = messages != messages_seen_;
  messages_seen_ = messages;
  if (came && port_ == PortState::kLost) {
    port_ = PortState::kAttached;
    log_.Info("a job's notifications come again", {{"job_object", config_.name}});
  }
  if (came || missed_.gap() == 0) {
    silent_looks_ = 0;
    gap_seen_ = missed_.gap();
    return;
  }
  if (missed_.gap() < gap_seen_ + kMany) return;
  if (++silent_looks_ < kPatience || port_ == PortState::kLost) return;
  // Only a job without a port takes one: this tells whether someone else's is there.
  if (!job_->NotifyTo(port, entry_.key)) {
    log_.Warning("a job had lost the agent's port; it is tied again", {{"job_object", config_.name}});
    Counters counters;
    (void)job_->QueryCounters(counters);
    missed_.Begin(counters.total_processes.value_or(0), counters.active_processes.value_or(0),
                  events[static_cast<std::size_t>(Event::kNewProcess)]);
    silent_looks_ = gap_seen_ = 0;
    return;
  }
  port_ = PortState::kLost;
  log_.Error("a job's notifications come no more: another program has taken its completion port",
             {{"job_object", config_.name}, {"missed", missed_.gap()}});
}

void WatchedJob::Attend() {
  if (!job_ || !entry_.box->events.TakeViolation()) return;
  Counters counters;
  (void)job_->QueryCounters(counters);
  thresholds_.Answer(*job_, counters, Clock::now());
}

void WatchedJob::Enter(JobState state, const std::error_code& error) {
  if (state_ == state || (state_ == JobState::kStartFailed && state == JobState::kOpen)) return;
  state_ = state;
  if (!error) return;
  if (!conflict_.empty())
    log_.Error("two jobs of the configuration have the same kernel name; only the first is watched",
               {{"job_object", config_.name}, {"object", config_.object}, {"first", conflict_}});
  else
    log_.Warning("a job cannot be watched", {{"job_object", config_.name},
                                             {"object", config_.object},
                                             {"state", StateName(state)},
                                             {"error", error},
                                             {"hint", Judge(error).hint}});
}

bool WatchedJob::Owns(const Process& process) const {
  if (!job_ || !config::Creates(config_.mode)) return false;
  const Result<bool> member = job_->Contains(process);
  return member && *member;
}

}  // namespace winjob::agent
