// What a driver asks of the system itself, on Windows.
#include <windows.h>

#include <string>
#include <vector>

#include "tests/contract/driver.h"
#include "winjob/handle.h"

namespace winjob::contract {

std::optional<bool> Signalled(const Job& job) { return WaitForSingleObject(job.raw(), 0) == WAIT_OBJECT_0; }

bool OccupyName(std::string_view name) {
  static std::vector<Handle> events;  // the name lives as long as the program
  events.emplace_back(CreateEventA(nullptr, TRUE, FALSE, std::string(name).c_str()));
  return events.back() != nullptr;
}

std::optional<PriorityClass> PriorityOf(const Process& process) {
  return static_cast<PriorityClass>(GetPriorityClass(process.raw()));
}

std::optional<std::uint64_t> AffinityOf(const Process& process) {
  DWORD_PTR own = 0;
  DWORD_PTR all = 0;
  if (!GetProcessAffinityMask(process.raw(), &own, &all)) return std::nullopt;
  return own;
}

}  // namespace winjob::contract
