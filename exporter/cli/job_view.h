// One job as the subcommands show it: opened for questions, asked once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/process_samples.h"
#include "config/config.h"
#include "winjob/accounting.h"
#include "winjob/counters.h"
#include "winjob/limits.h"
#include "winjob/units.h"

namespace winjob::exporter::cli {

struct JobView {
  std::string name;
  std::string object;
  std::string state;  ///< "open", or why it is not
  bool open = false;
  Counters counters;
  MemoryUsage memory;
  std::optional<Limits> limits;
  std::vector<ProcessId> processes;
  std::vector<agent::ProcessSample> largest;  ///< those with most memory, where they are asked for
};

/// Asks the kernel; nothing is created, set or tied to a port.
[[nodiscard]] JobView View(const std::string& name, const std::string& object);

/// Finds the processes of an open job that have most memory, at most this many. Cost: some queries for each process.
void ViewLargest(std::uint32_t most, JobView& job);

/// All jobs of a configuration, and those that it discovers.
[[nodiscard]] std::vector<JobView> ViewAll(const config::Config& config);

/// The kernel's name of what the user calls so: a job of the configuration, one that it
/// discovers, or else the name itself.
[[nodiscard]] std::string ObjectOf(const config::Config& config, const std::string& name);

/// User and kernel time.
[[nodiscard]] std::optional<Ticks> CpuTime(const Counters& counters);

[[nodiscard]] std::string ToJson(const JobView& job);

}  // namespace winjob::exporter::cli
