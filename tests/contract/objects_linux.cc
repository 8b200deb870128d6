// What a driver asks of the system itself, on Linux.
#include "tests/contract/driver.h"

namespace winjob::contract {

std::optional<bool> Signalled(const Job&) { return std::nullopt; }

bool OccupyName(std::string_view) { return false; }

std::optional<PriorityClass> PriorityOf(const Process&) { return std::nullopt; }

std::optional<std::uint64_t> AffinityOf(const Process&) { return std::nullopt; }

}  // namespace winjob::contract
