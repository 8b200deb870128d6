// The fake kernel's answer to a program about its own job.
#include "winjob/own_job.h"

#include "tests/fake_kernel/world.h"

namespace winjob::kernel {

using fake::Call;
using fake::Visit;

std::error_code QueryOwnJob(bool& member, std::uint32_t& flags) noexcept {
  const Visit visit(Call::kQueryOwnJob);
  if (visit.fault()) return visit.fault();
  const auto caller = visit.world().processes.find(visit.world().caller);
  member = caller != visit.world().processes.end() && caller->second->job != nullptr;
  flags = member ? caller->second->job->limits.BasicLimitInformation.LimitFlags : 0;
  return {};
}

}  // namespace winjob::kernel
