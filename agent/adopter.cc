#include "agent/adopter.h"

#include <algorithm>
#include <tuple>

#include "config/glob.h"

namespace winjob::agent {
namespace {

using config::AdoptionRule;
using kernel::ProcessDetails;
using kernel::ProcessEntry;

config::Case FileCase() { return kernel::Identify().kernel == "linux" ? config::Case::kExact : config::Case::kFolded; }

bool SameText(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

// With or without its domain.
bool SameUser(std::string_view wanted, std::string_view user) {
  const std::string_view name = user.substr(user.rfind('\\') + 1);
  return SameText(wanted, user) || SameText(wanted, name);
}

bool Runs(std::string_view service, const ProcessEntry& process) {
  std::vector<std::string> services;
  (void)kernel::ListServices(process.id, services);  // what is not known matches nothing
  return std::any_of(services.begin(), services.end(),
                     [&](const std::string& other) { return SameText(service, other); });
}

struct Verdict {
  Win32Error error;
  AssignFailure failure;
  std::string_view hint;
};
constexpr Verdict kVerdicts[] = {
    {Win32Error::kNotEnoughQuota, AssignFailure::kLimit, "the job's limit on active processes ended it"},
    {Win32Error::kNotSupported, AssignFailure::kIncompatibleJob, "it is in a job that cannot be nested with this one"},
    {Win32Error::kInvalidParameter, AssignFailure::kExited, "it ended meanwhile"},
};

}  // namespace

// The system's processes at one look, with what was asked about them.
class Adopter::Table {
 public:
  explicit Table(std::vector<ProcessEntry> processes) : processes_(std::move(processes)) {}

  [[nodiscard]] const std::vector<ProcessEntry>& processes() const { return processes_; }

  [[nodiscard]] const ProcessEntry* Find(ProcessId id) const {
    const auto found = std::find_if(processes_.begin(), processes_.end(),
                                    [id](const ProcessEntry& process) { return process.id == id; });
    return found == processes_.end() ? nullptr : &*found;
  }

  // The process that started it. One that began later only has the id that the parent once had.
  [[nodiscard]] const ProcessEntry* ParentOf(const ProcessEntry& process) const {
    const ProcessEntry* parent = Find(process.parent);
    return parent != nullptr && parent->created <= process.created ? parent : nullptr;
  }

  const ProcessDetails& DetailsOf(const ProcessEntry& process) {
    const auto [at, fresh] = details_.try_emplace(process.id);
    if (fresh) (void)kernel::DescribeProcess(process, at->second);  // what is not known matches nothing
    return at->second;
  }

 private:
  std::vector<ProcessEntry> processes_;
  std::map<ProcessId, ProcessDetails> details_;
};

Adopter::Adopter(const config::Config& config, const Log& log) : log_(&log) {
  const auto compile = [this](const AdoptionRule& rule) {
    for (const AdoptionRule* r = &rule; r != nullptr; r = r->parent.get())
      if (!r->command_line.empty())
        if (auto pattern = config::Pattern::Compile(r->command_line))
          patterns_.insert_or_assign(r->command_line, std::move(*pattern));
  };
  for (const config::JobConfig& job : config.jobs) {
    for (std::size_t i = 0; i < job.adopt.size(); ++i) {
      rules_.push_back({job.name, i, job.adopt[i]});
      compile(job.adopt[i]);
    }
  }
}

std::optional<std::string> Adopter::Mismatch(const AdoptionRule& rule, const ProcessEntry& process, Table& table,
                                             std::string* groups) const {
  const config::Case letter_case = FileCase();
  if (!rule.image.empty() && !config::GlobMatches(rule.image, process.image, letter_case))
    return "image is " + process.image;
  if (rule.path.empty() && rule.user.empty() && rule.service.empty() && rule.command_line.empty() && !rule.parent)
    return std::nullopt;

  const ProcessDetails& details = table.DetailsOf(process);
  if (!rule.path.empty() && !config::GlobMatches(rule.path, details.path, letter_case)) return "path is another";
  if (!rule.user.empty() && !SameUser(rule.user, details.user)) return "user is " + details.user;
  if (!rule.command_line.empty()) {
    std::vector<config::Capture> captures;
    const auto pattern = patterns_.find(rule.command_line);
    // The command line itself is not repeated: it may hold secrets.
    if (pattern == patterns_.end() || !pattern->second.Search(details.command_line, captures))
      return "command_line is another";
    if (groups != nullptr)
      for (const config::Capture& capture : captures)
        groups->append(groups->empty() ? "" : " ").append(capture.name).append("=").append(capture.text);
  }
  if (!rule.service.empty() && !Runs(rule.service, process)) return "it does not run the service";
  if (!rule.parent) return std::nullopt;
  const ProcessEntry* parent = table.ParentOf(process);
  if (parent == nullptr) return "its parent is gone";
  if (const auto mismatch = Mismatch(*rule.parent, *parent, table, groups)) return "parent: " + *mismatch;
  return std::nullopt;
}

void Adopter::Look(const Jobs& jobs) {
  if (rules_.empty()) return;
  std::vector<ProcessEntry> processes;
  if (const std::error_code error = kernel::ListProcesses(processes)) {
    log_->Warning("the processes of the system cannot be listed; none is adopted", {{"error", error}});
    return;
  }
  Table table(std::move(processes));
  for (auto& [identity, state] : known_) state.seen = false;
  for (const ProcessEntry& process : table.processes()) {
    State& state = known_[{process.id, process.created}];
    state.seen = true;
    if (!state.decided) Decide(process, table, jobs, state);
  }
  std::erase_if(known_, [](const auto& entry) { return !entry.second.seen; });
}

void Adopter::Decide(const ProcessEntry& process, Table& table, const Jobs& jobs, State& state) {
  // One that was only just forked shows its parent's command line at the first look, and one that begins another
  // program is another to the rules.
  constexpr unsigned kEnough = 2;
  if (state.image != process.image) state.mismatches = 0;
  if (state.mismatches >= kEnough) return;
  if (process.id == kernel::CurrentProcessId() || kernel::IsSystemProcess(process)) {
    state.decided = true;
    return;
  }
  for (const Rule& rule : rules_) {
    std::string groups;
    if (Mismatch(rule.rule, process, table, &groups)) continue;
    const Job* job = jobs.find(rule.job);  // the first match decides, also when its job is not there yet
    state.decided = job != nullptr && Adopt(process, rule, groups, *job, jobs);
    return;
  }
  state.image = process.image;
  ++state.mismatches;
}

// True: decided, for good or bad.
bool Adopter::Adopt(const ProcessEntry& process, const Rule& rule, const std::string& groups, const Job& job,
                    const Jobs& jobs) {
  const Result<Process> opened = Process::Open(process.id);
  if (!opened) {
    const bool gone = opened.error() == Win32Error::kInvalidParameter;
    Fail(process, rule, gone ? AssignFailure::kExited : AssignFailure::kAccessDenied,
         gone ? "it ended meanwhile" : "run the agent with more rights; it may be protected", opened.error());
    return true;
  }
  // The id may have become another's since the table was read; from here on the handle holds it.
  std::uint64_t created = 0;
  if (!kernel::CreationTime(opened->raw(), created) && process.created != 0 && created != process.created) return false;
  if (jobs.have(*opened)) return true;

  if (const std::error_code error = job.Assign(*opened)) {
    std::optional<std::uint32_t> exit_code;
    if (!opened->Wait(Timeout::zero(), exit_code) && error != Win32Error::kNotEnoughQuota) {
      Fail(process, rule, AssignFailure::kExited, "it ended meanwhile", error);
      return true;
    }
    const auto verdict = std::find_if(std::begin(kVerdicts), std::end(kVerdicts),
                                      [&](const Verdict& row) { return error == make_error_code(row.error); });
    if (verdict != std::end(kVerdicts))
      Fail(process, rule, verdict->failure, verdict->hint, error);
    else if (error == Win32Error::kAccessDenied)
      Fail(process, rule, AssignFailure::kIncompatibleJob,
           "it is in a job that this one cannot be nested in, or in another "
           "session",
           error);
    else
      Fail(process, rule, AssignFailure::kOther, "see the error", error);
    return true;
  }
  std::ignore = job.KeepName(*opened);  // for the next agent; of a job that ends with this one, it is refused
  ++totals_[rule.job].adopted;
  log_->Info("adopted a process", {{"job_object", rule.job},
                                   {"pid", static_cast<std::uint64_t>(process.id)},
                                   {"image", process.image},
                                   {"rule", std::uint64_t{rule.number}},
                                   {"groups", groups}});
  return true;
}

void Adopter::Fail(const ProcessEntry& process, const Rule& rule, AssignFailure failure, std::string_view hint,
                   const std::error_code& error) {
  const auto index = static_cast<std::size_t>(failure);
  ++totals_[rule.job].failures[index];
  log_->Warning("a process cannot be adopted", {{"job_object", rule.job},
                                                {"pid", static_cast<std::uint64_t>(process.id)},
                                                {"image", process.image},
                                                {"reason", kAssignFailureNames[index]},
                                                {"error", error},
                                                {"hint", hint}});
}

AdoptionTotals Adopter::totals(const std::string& job) const {
  const auto found = totals_.find(job);
  return found == totals_.end() ? AdoptionTotals{} : found->second;
}

Result<std::vector<RuleVerdict>, std::string> Adopter::Explain(ProcessId id) const {
  std::vector<ProcessEntry> processes;
  if (const std::error_code error = kernel::ListProcesses(processes))
    return "the processes cannot be listed: " + error.message();
  Table table(std::move(processes));
  const ProcessEntry* process = table.Find(id);
  if (process == nullptr) return std::string("there is no process of this id");
  if (kernel::IsSystemProcess(*process))
    return std::string("the system or this program needs this process; it is never touched");
  std::vector<RuleVerdict> verdicts;
  for (const Rule& rule : rules_) {
    std::string groups;
    const std::optional<std::string> mismatch = Mismatch(rule.rule, *process, table, &groups);
    verdicts.push_back({rule.job, rule.number, !mismatch, mismatch.value_or(groups)});
  }
  return verdicts;
}

void Adopter::Inherit(Adopter&& earlier, bool same_jobs) {
  totals_ = std::move(earlier.totals_);
  // Other rules, and jobs that were obtained anew, decide anew; a process that is a member already stays one.
  if (same_jobs && rules_ == earlier.rules_) known_ = std::move(earlier.known_);
}

}  // namespace winjob::agent
