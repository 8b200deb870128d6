#include "agent/watched_job.h"

#include <algorithm>
#include <tuple>

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
    {Win32Error::kPathNotFound, JobState::kFailed, "a kernel name has no backslash after Local\\ or Global\\"},
};
constexpr Verdict kOther{Win32Error::kGenFailure, JobState::kFailed, "it will be tried again at each poll"};

const Verdict& Judge(const std::error_code& error) noexcept {
  for (const Verdict& verdict : kVerdicts)
    if (error == make_error_code(verdict.error)) return verdict;
  return kOther;
}

}  // namespace

WatchedJob::WatchedJob(const config::JobConfig& config, std::string conflict, const Log& log)
    : config_(config), conflict_(std::move(conflict)), log_(log) {}

void WatchedJob::Poll(const Port& port, CompletionKey key, JobSample& sample) {
  if (!conflict_.empty()) {
    Enter(JobState::kConflict, make_error_code(Win32Error::kAlreadyExists));
  } else if (!job_) {
    if (const std::error_code error = Obtain(port, key))
      Enter(Judge(error).state, error);
    else
      StartCommands();
  }

  sample.up = false;
  sample.counters = Counters{};
  sample.support = kernel::Support{};
  if (job_) {
    Reap();
    sample.support = job_->support();
    if (!notified_) sample.support.messages = 0;
    const std::error_code error = job_->QueryCounters(sample.counters);
    sample.up = !error;
    if (error) ++query_errors_;
    if (error && !query_failing_)
      log_.Warning("a job cannot be read", {{"job_object", config_.name}, {"error", error}});
    query_failing_ = static_cast<bool>(error);
  }
  sample.state = *state_;
  sample.start_failures = start_failures_;
  sample.query_errors = query_errors_;
}

std::error_code WatchedJob::Obtain(const Port& port, CompletionKey key) {
  const bool creates = config_.mode == Mode::kCreate || config_.mode == Mode::kCreateOrOpen;
  const std::uint32_t access = config_.mode == Mode::kObserve ? abi::kJobQuery : abi::kJobAllAccess;
  Result<Job> job = creates ? Job::Create(config_.object) : Job::Open(config_.object, access);
  if (!job) return job.error();
  if (config_.mode == Mode::kCreate && job->existed()) return make_error_code(Win32Error::kAlreadyExists);

  // Observing takes no port: the one port that a job can have belongs to the program that owns the job.
  if (config_.mode != Mode::kObserve) {
    if (config_.on_exit == config::OnExit::kKill)
      if (const std::error_code error = job->SetKillOnClose(true)) return error;
    Subscribe(*job, port, key);
  }
  Enter(JobState::kOpen, {});
  log_.Info(job->existed() ? "opened a job" : "created a job",
            {{"job_object", config_.name}, {"object", config_.object}});
  job_ = std::move(*job);
  return {};
}

// A job that is tied to another port is still worth watching. One that the agent may create is its own: what is tied
// there is the port of an agent that ended and left the job's name alive, so it is replaced.
void WatchedJob::Subscribe(Job& job, const Port& port, CompletionKey key) {
  const bool own = config_.mode == Mode::kCreateOrOpen && job.existed();
  const std::error_code error = own ? job.ReplacePort(port, key) : job.NotifyTo(port, key);
  notified_ = !error;
  if (error) log_.Warning("a job's notifications cannot be counted", {{"job_object", config_.name}, {"error", error}});
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

void WatchedJob::StartCommands() {
  if (config_.start.empty() || RunsAlready()) return;
  const Job* const jobs[] = {&*job_};
  for (const config::Command& command : config_.start) {
    kernel::StartRequest request{command.command, command.directory, command.environment};
    request.keep_names = config_.on_exit == config::OnExit::kRelease;
    if (Result<Process> process = Process::Start(request, jobs)) {
      log_.Info("started a command", {{"job_object", config_.name},
                                      {"command", command.command[0]},
                                      {"pid", static_cast<std::uint64_t>(process->id())}});
      started_.push_back(std::move(*process));
    } else {
      ++start_failures_;
      state_ = JobState::kStartFailed;
      log_.Error("a command cannot be started", {{"job_object", config_.name},
                                                 {"command", command.command[0]},
                                                 {"directory", command.directory},
                                                 {"error", process.error()}});
    }
  }
}

void WatchedJob::Reap() {
  std::erase_if(started_, [this](const Process& process) {
    std::optional<std::uint32_t> exit_code;
    if (process.Wait(Timeout::zero(), exit_code)) return false;
    log_.Info("a started command has ended",
              {{"job_object", config_.name},
               {"pid", static_cast<std::uint64_t>(process.id())},
               {"exit_code", exit_code ? std::to_string(*exit_code) : std::string("unknown")}});
    return true;
  });
}

void WatchedJob::Enter(JobState state, const std::error_code& error) {
  if (state_ == state) return;
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

void WatchedJob::Release() {
  if (!job_) return;
  if (config_.on_exit == config::OnExit::kKill)
    if (const std::error_code error = job_->Terminate(0))
      log_.Error("a job cannot be ended", {{"job_object", config_.name}, {"error", error}});
  Reap();
  started_.clear();
  // A name that a member keeps would keep the port, and with it every message that nobody reads.
  if (notified_) std::ignore = job_->StopNotifying();  // Wine cannot, and says so
  notified_ = false;
  job_.reset();
}

}  // namespace winjob::agent
