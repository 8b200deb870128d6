// What a driver asks of the system itself, on Linux.
#include <sched.h>
#include <sys/resource.h>

#include "tests/contract/driver.h"

namespace winjob::contract {

std::optional<bool> Signalled(const Job&) { return std::nullopt; }

bool OccupyName(std::string_view) { return false; }

/// The nice values of docs/limits.md.
std::optional<PriorityClass> PriorityOf(const Process& process) {
  switch (::getpriority(PRIO_PROCESS, static_cast<id_t>(process.id()))) {
    case 19: return PriorityClass::kIdle;
    case 10: return PriorityClass::kBelowNormal;
    case 0: return PriorityClass::kNormal;
    case -5: return PriorityClass::kAboveNormal;
    case -10: return PriorityClass::kHigh;
    default: return std::nullopt;
  }
}

std::optional<std::uint64_t> AffinityOf(const Process& process) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(static_cast<pid_t>(process.id()), sizeof(set), &set) != 0) return std::nullopt;
  std::uint64_t mask = 0;
  for (std::size_t cpu = 0; cpu < 64; ++cpu)
    if (CPU_ISSET(cpu, &set)) mask |= std::uint64_t{1} << cpu;
  return mask;
}

}  // namespace winjob::contract
