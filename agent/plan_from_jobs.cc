// What a configuration would change of the jobs that are there now, whichever configuration made them so.
#include "agent/limit_keeper.h"
#include "agent/limit_reading.h"
#include "agent/plan.h"
#include "winjob/job.h"
#include "winjob/limit_table.h"

namespace winjob::agent {
namespace {

using Kind = JobChange::Kind;

// The limits that the configuration names and that are not in force; none when they cannot be read.
std::vector<std::string> LimitsToSet(const Job& job, const config::JobConfig& config) {
  std::string refused;
  const Limits wanted = WantedLimits(config, kernel::ProcessorCount(), refused);
  LimitReader reader;
  LimitReading reading;
  std::vector<std::string> keys;
  if (reader.Read(job, wanted, reading)) return keys;
  for (const Limit& limit : kLimits)
    if (limit.holds(wanted) && limit.kind != LimitKind::kIo && Differs(limit.kind, wanted, reading.limits))
      keys.push_back("limits." + std::string(limit.name));
  return keys;
}

JobChange ChangeOf(const config::JobConfig& config) {
  const Result<Job> job = Job::Open(config.object);
  if (!job) return {job.error() == Win32Error::kFileNotFound ? Kind::kAdded : Kind::kUnchanged, config.name};
  std::vector<std::string> keys = LimitsToSet(*job, config);
  const Kind kind = keys.empty() ? Kind::kUnchanged : Kind::kChanged;
  return {kind, config.name, std::move(keys)};
}

}  // namespace

Plan PlanFromJobs(const config::Config& to) {
  Plan plan;
  for (const config::JobConfig& job : to.jobs) plan.jobs.push_back(ChangeOf(job));
  return plan;
}

}  // namespace winjob::agent
