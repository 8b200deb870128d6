#include "winjob/own_job.h"

#include "winjob/abi.h"

namespace winjob {

Result<OwnJob> QueryOwnJob() {
  OwnJob job;
  std::uint32_t flags = 0;
  if (const std::error_code error = kernel::QueryOwnJob(job.member, flags)) return error;
  job.kill_on_close = job.member && (flags & abi::kLimitKillOnJobClose) != 0;
  return job;
}

}  // namespace winjob
