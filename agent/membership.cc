#include "agent/membership.h"

#include "winjob/job.h"

namespace winjob::agent {

std::string JobThatHas(ProcessId id, const config::Config& config) {
  const Result<Process> process = Process::Open(id, abi::kProcessQueryInformation);
  if (!process) return {};
  for (const config::JobConfig& job : config.jobs) {
    if (!config::Creates(job.mode)) continue;
    const Result<Job> opened = Job::Open(job.object);
    if (!opened) continue;
    if (const Result<bool> member = opened->Contains(*process); member && *member) return job.name;
  }
  return {};
}

}  // namespace winjob::agent
