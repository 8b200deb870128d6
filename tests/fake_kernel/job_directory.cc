// The fake kernel's names of jobs.
#include "winjob/job_directory.h"

#include "tests/fake_kernel/world.h"

namespace winjob::kernel {

using fake::Call;
using fake::Visit;

std::error_code ListJobs(std::vector<std::string>& names) noexcept {
  const Visit visit(Call::kListJobs);
  if (visit.fault()) return visit.fault();
  for (const auto& [name, job] : visit.world().jobs)
    if (std::string seen; fake::Seen(visit.world(), name, seen)) names.push_back(std::move(seen));
  return {};
}

bool HasLocalNames() noexcept { return Visit().world().session != 0; }

std::error_code IsAbandoned(RawHandle job, bool& abandoned) noexcept {
  const Visit visit(Call::kIsAbandoned, job);
  if (visit.fault()) return visit.fault();
  std::shared_ptr<fake::Job> object;
  if (const std::error_code error = fake::Find(visit.world(), job, 0, object)) return error;
  abandoned = object->handles <= 1;
  return {};
}

}  // namespace winjob::kernel
