// What the limits of nested jobs amount to for one process.
#include <algorithm>
#include <array>

#include "tests/fake_kernel/world.h"

namespace winjob::fake {
namespace {

constexpr std::array<std::uint32_t, 6> kByRank = {0x40, 0x4000, 0x20, 0x8000, 0x80, 0x100};  // idle .. real-time

auto Rank(std::uint32_t priority_class) { return std::find(kByRank.begin(), kByRank.end(), priority_class); }

}  // namespace

// https://learn.microsoft.com/windows/win32/procthread/nested-jobs
Effective EffectiveLimits(ProcessId process) {
  const Visit visit;
  Effective effective;
  const auto found = visit.world().processes.find(process);
  if (found == visit.world().processes.end()) return effective;
  for (const Job* job = found->second->job.get(); job != nullptr; job = job->parent.get()) {
    const abi::JOBOBJECT_BASIC_LIMIT_INFORMATION& limits = job->limits.BasicLimitInformation;
    if (limits.LimitFlags & abi::kLimitPriorityClass)
      effective.priority_class = *std::min(Rank(limits.PriorityClass), Rank(effective.priority_class));
    // A mask that is wider than the outer job's is ignored.
    if ((limits.LimitFlags & abi::kLimitAffinity) &&
        (effective.affinity == 0 || (effective.affinity & ~limits.Affinity) != 0))
      effective.affinity = limits.Affinity;
  }
  return effective;
}

}  // namespace winjob::fake
