// The page that encoders are compared by: any number of jobs with 30 series each, of the kinds that jobs have.
#pragma once

#include <cstdint>
#include <vector>

#include "agent/snapshot.h"
#include "exporter/families.h"

namespace winjob::bench {

/// 30 families of one series for each job: times, sizes, counts, flags, and ratios.
[[nodiscard]] std::span<const exporter::Family> ThirtyFamilies();

/// build-agent-000000, build-agent-000001, ...
[[nodiscard]] std::vector<agent::JobDescription> Jobs(std::size_t count);

/// Values of any width, always the same ones.
[[nodiscard]] agent::Snapshot Readings(std::size_t jobs);

}  // namespace winjob::bench
