#include "agent/limit_keeper.h"

#include <algorithm>

#include "winjob/json.h"
#include "winjob/kernel.h"
#include "winjob/limit_table.h"

namespace winjob::agent {
namespace {

// `limits` with the one limit of this kind.
Limits Only(LimitKind kind, const Limits& limits) {
  Limits one;
  RowOf(kind).copy(limits, one);
  return one;
}

}  // namespace

Limits WantedLimits(const config::JobConfig& config, std::uint32_t processors, std::string& refused) {
  Limits limits = config.limits;
  if (config.on_exit == config::OnExit::kKill) limits.kill_on_close = true;
  if (config.cpu_cores) {
    if (const std::optional<CpuRate> rate = CpuRate::FromCores(*config.cpu_cores, processors))
      limits.cpu = CpuLimit{CpuCap{*rate, true}};
    else
      refused = "the machine has " + std::to_string(processors) + " processors";
  }
  if (config.notify.cpu_rate && limits.cpu) limits.cpu->notify = true;
  return limits;
}

LimitKeeper::LimitKeeper(const config::JobConfig& config, const Log& log)
    : name_(config.name),
      enforce_(config.enforce),
      log_(&log),
      wanted_(WantedLimits(config, kernel::ProcessorCount(), refused_cpu_)) {}

void LimitKeeper::Apply(Job& job) {
  statuses_ = {};
  for (const LimitKind kind : Kinds(wanted_)) StatusOf(kind) = LimitStatus::kHeld;
  if (!refused_cpu_.empty()) Refuse(LimitKind::kCpu, refused_cpu_);

  // A limit that is in force is left alone: to set a user time again would begin it anew.
  Limits change = wanted_;
  LimitReading reading;
  if (job.existed() && !reader_.Read(job, wanted_, reading))
    for (const Limit& limit : kLimits)
      if (limit.holds(change) && limit.kind != LimitKind::kIo && !Differs(limit.kind, change, reading.limits))
        limit.copy(Limits{}, change);
  if (job.SetLimits(change)) SetOneByOne(job, change);
}

// After a refusal of all together: it cannot tell which of them was meant.
void LimitKeeper::SetOneByOne(Job& job, const Limits& change) {
  for (const LimitKind kind : Kinds(change)) {
    const LimitError error = job.SetLimits(Only(kind, change));
    if (!error || (kind == LimitKind::kCpu && error.error == Win32Error::kNotSupported && SetSilentCpu(job))) continue;
    Refuse(kind, Describe(error));
  }
}

// A rate that cannot be reported is held all the same: of notify.cpu_rate its own refusal tells.
bool LimitKeeper::SetSilentCpu(Job& job) {
  if (!wanted_.cpu->notify) return false;
  Limits silent = Only(LimitKind::kCpu, wanted_);
  silent.cpu->notify = false;
  if (job.SetLimits(silent)) return false;
  Silence();
  return true;
}

void LimitKeeper::Silence() {
  silent_cpu_ = true;
  if (wanted_.cpu) wanted_.cpu->notify = false;
}

// The keeper of another configuration, which knows of this kernel what this one knows.
LimitKeeper LimitKeeper::After(const config::JobConfig& next) const {
  LimitKeeper after(next, *log_);
  if (silent_cpu_) after.Silence();
  return after;
}

void LimitKeeper::Refuse(LimitKind kind, const std::string& why) {
  if (StatusOf(kind) != LimitStatus::kRefused)
    log_->Warning("a limit cannot be set; the job runs without it",
                  {{"job_object", name_}, {"limit", RowOf(kind).name}, {"error", why}});
  StatusOf(kind) = LimitStatus::kRefused;
}

// Whether this keeper has set the limit: what was refused was never in force.
bool LimitKeeper::IsSet(const Limit& limit) const noexcept {
  return limit.holds(wanted_) && statuses_[static_cast<std::size_t>(limit.kind)] != LimitStatus::kRefused;
}

LimitKeeper::Difference LimitKeeper::DifferenceTo(const Limits& next) const {
  Difference difference{next, {}};
  for (const Limit& limit : kLimits) {
    if (IsSet(limit) && !limit.holds(next)) difference.gone.push_back(limit.kind);
    if (Only(limit.kind, wanted_) == Only(limit.kind, next)) limit.copy(Limits{}, difference.change);
  }
  return difference;
}

std::string LimitKeeper::TryChange(Job& job, const config::JobConfig& next) const {
  const LimitKeeper after = After(next);
  if (!after.refused_cpu_.empty() && after.refused_cpu_ != refused_cpu_) return "cpu: " + after.refused_cpu_;
  const Difference difference = DifferenceTo(after.wanted_);
  LimitError error = job.ResetLimits(difference.gone);
  if (!error) error = job.SetLimits(difference.change);
  if (!error) return {};
  (void)SetBack(job, difference);
  return Describe(error);
}

std::string LimitKeeper::TakeBack(Job& job, const config::JobConfig& next) const {
  const LimitError error = SetBack(job, DifferenceTo(LimitKeeper(next, *log_).wanted_));
  return error ? Describe(error) : std::string();
}

// What is new goes, what was is set again.
LimitError LimitKeeper::SetBack(Job& job, const Difference& difference) const {
  std::vector<LimitKind> added;
  Limits before;
  for (const Limit& limit : kLimits) {
    const bool is_gone = std::find(difference.gone.begin(), difference.gone.end(), limit.kind) != difference.gone.end();
    if (!limit.holds(difference.change) && !is_gone) continue;
    if (IsSet(limit))
      limit.copy(wanted_, before);
    else
      added.push_back(limit.kind);
  }
  const LimitError reset = job.ResetLimits(added);
  const LimitError set = job.SetLimits(before);
  return reset ? reset : set;
}

void LimitKeeper::Change(const config::JobConfig& next) {
  LimitKeeper after = After(next);
  for (const Limit& limit : kLimits) {
    if (!limit.holds(after.wanted_)) continue;
    // What was refused is not tried again with the value it had.
    const bool refused =
        StatusOf(limit.kind) == LimitStatus::kRefused && Only(limit.kind, wanted_) == Only(limit.kind, after.wanted_);
    after.StatusOf(limit.kind) = refused ? LimitStatus::kRefused : LimitStatus::kHeld;
  }
  if (!after.refused_cpu_.empty()) after.StatusOf(LimitKind::kCpu) = LimitStatus::kRefused;
  after.corrections_ = corrections_;
  *this = std::move(after);
}

std::error_code LimitKeeper::Check(Job& job, LimitReading& reading) {
  if (const std::error_code error = reader_.Read(job, wanted_, reading)) return error;
  for (const Limit& limit : kLimits) {
    LimitStatus& status = StatusOf(limit.kind);
    if (status == LimitStatus::kUnnamed || status == LimitStatus::kRefused || !limit.holds(wanted_)) continue;
    if (Differs(limit.kind, wanted_, reading.limits)) {
      Drifted(job, limit.kind, reading.limits);
      continue;
    }
    if (status == LimitStatus::kDrifted)
      log_->Info("a limit is in force again", {{"job_object", name_}, {"limit", limit.name}});
    status = LimitStatus::kHeld;
  }
  return {};
}

void LimitKeeper::Drifted(Job& job, LimitKind kind, const Limits& found) {
  if (StatusOf(kind) != LimitStatus::kDrifted)
    log_->Warning("a limit is not in force as configured", {{"job_object", name_},
                                                            {"limit", RowOf(kind).name},
                                                            {"configured", ToJson(Only(kind, wanted_))},
                                                            {"found", ToJson(Only(kind, found))},
                                                            {"enforce", enforce_ ? "set again" : "left as it is"}});
  StatusOf(kind) = LimitStatus::kDrifted;
  if (!enforce_) return;
  ++corrections_;
  if (const LimitError error = job.SetLimits(Only(kind, wanted_))) Refuse(kind, Describe(error));
}

}  // namespace winjob::agent
