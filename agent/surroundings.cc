#include "agent/surroundings.h"

#include "winjob/own_job.h"

namespace winjob::agent {

void WarnOfOwnJob(const Log& log) {
  const Result<OwnJob> job = QueryOwnJob();
  if (!job || !job->kill_on_close) return;
  log.Warning(
      "the agent runs inside a job that ends its processes when its last handle closes: when the program that made "
      "that job ends, so do the agent and what it has started",
      {{"hint", "start the agent from outside of that job, as a service for one"}});
}

}  // namespace winjob::agent
