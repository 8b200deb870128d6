// The jobs as JSON, for the live page and for scripts: docs/web.md describes it.
#pragma once

#include <string>
#include <string_view>

#include "agent/snapshot.h"
#include "exporter/landing/recent_events.h"

namespace winjob::exporter::landing {

/// Which of the jobs are shown.
struct Selection {
  std::string match;  ///< part of the name, without regard to the case of ASCII letters; empty: any
  std::size_t offset = 0;
  std::size_t limit = 200;
};

[[nodiscard]] Selection ReadSelection(std::string_view query);

/// The indexes of the jobs that match, and of those the ones to show.
struct Selected {
  std::size_t matching = 0;
  std::vector<std::size_t> shown;
};
[[nodiscard]] Selected Select(std::span<const agent::JobDescription> jobs, const Selection& selection);

/// What the program says about itself.
struct AgentFacts {
  std::string version;
  std::string kernel;
  std::string level;
  std::string telemetry_path;
};

[[nodiscard]] std::string JobsJson(const AgentFacts& facts, std::span<const agent::JobDescription> jobs,
                                   const agent::Snapshot& snapshot, const std::vector<RecentEvent>& events,
                                   const Selection& selection);

}  // namespace winjob::exporter::landing
