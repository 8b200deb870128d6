#include "agent/job_rights.h"

namespace winjob::agent {
namespace {

using config::JobConfig;
using config::Mode;

bool Always(const JobConfig&) { return true; }
bool Keeps(const JobConfig& config) { return config.mode != Mode::kObserve; }
bool TakesIn(const JobConfig& config) { return Keeps(config) && !(config.start.empty() && config.adopt.empty()); }
bool Ends(const JobConfig& config) { return Keeps(config) && config.on_exit == config::OnExit::kKill; }

/// Source: https://learn.microsoft.com/windows/win32/procthread/job-object-security-and-access-rights
constexpr JobRight kRights[] = {
    {abi::kJobQuery, "query", "the job is not watched", Always},
    {abi::kJobSetAttributes, "set attributes", "no limit is set, and no notification comes", Keeps},
    {abi::kJobAssignProcess, "assign process", "no command is started in it, and no process adopted", TakesIn},
    {abi::kJobTerminate, "terminate", "on_exit: kill does not end a job that others hold open, too", Ends},
};

}  // namespace

std::span<const JobRight> JobRights() noexcept { return kRights; }

std::uint32_t UsedRights(const JobConfig& config) noexcept {
  std::uint32_t rights = 0;
  for (const JobRight& right : kRights)
    if (right.used(config)) rights |= right.bit;
  return rights;
}

Result<Job> OpenWithRights(const JobConfig& config, const Log& log) {
  Result<Job> job = Job::Open(config.object, UsedRights(config));
  if (job || job.error() != Win32Error::kAccessDenied) return job;
  if (job = Job::Open(config.object, abi::kJobQuery); !job) return job;
  std::uint32_t granted = abi::kJobQuery;
  for (const JobRight& right : kRights) {
    if (!right.used(config)) continue;
    if (Job::Open(config.object, right.bit))
      granted |= right.bit;
    else
      log.Warning("a right to a job is refused; the job is watched without it",
                  {{"job_object", config.name}, {"right", right.name}, {"cost", right.lost}});
  }
  return Job::Open(config.object, granted);
}

}  // namespace winjob::agent
