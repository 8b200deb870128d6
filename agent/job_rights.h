// The rights to a job that the agent uses, and what it loses without each.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "agent/log.h"
#include "config/config.h"
#include "winjob/job.h"

namespace winjob::agent {

/// docs/security.md lists them, and a test compares.
struct JobRight {
  std::uint32_t bit;
  std::string_view name;
  std::string_view lost;  ///< what does not work without it
  bool (*used)(const config::JobConfig& config);
};
[[nodiscard]] std::span<const JobRight> JobRights() noexcept;

/// All of them that a job of this configuration uses.
[[nodiscard]] std::uint32_t UsedRights(const config::JobConfig& config) noexcept;

/// Opens the configured job with the rights that it uses, or with those of them that are granted: each refused one is
/// logged with what it costs. Errors: as Job::Open; kAccessDenied when the job may not even be queried.
[[nodiscard]] Result<Job> OpenWithRights(const config::JobConfig& config, const Log& log);

}  // namespace winjob::agent
