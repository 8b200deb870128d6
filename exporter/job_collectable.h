// The families of a program's own jobs, for its own prometheus-cpp registry and exposer. Installed as
// winjob/exporter/job_collectable.h with the target winjob::collectable.
#pragma once

#include <prometheus/collectable.h>

#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "winjob/job.h"

namespace winjob::exporter {

/// Jobs as winjob_exporter shows them: accounting, memory and limits in force, under the same names, labels and units
/// (docs/metrics.md). What the kernel does not know of a job is absent, never 0; a job that cannot be read has
/// winjob_job_up 0 and no counters. Totals never fall, and page faults go on where their 32 bits wrap.
///
///     auto jobs = std::make_shared<winjob::exporter::JobCollectable>();
///     exposer.RegisterCollectable(jobs);
///     if (const auto error = jobs->Add("build", job)) ...
///
/// Threads: any, at any time: an exposer reads from its own.
class JobCollectable : public prometheus::Collectable {
 public:
  JobCollectable();
  ~JobCollectable() override;

  /// Shows the job under the label job_object="`name`" until Remove. It must not be moved or closed before.
  /// `object`, where there is one, is what the kernel calls it: the label `object` of winjob_job_info.
  /// Errors: kInvalidParameter when a text is not UTF-8 or the name is empty, kAlreadyExists when it is taken.
  [[nodiscard]] std::error_code Add(std::string name, const Job& job, std::string object = {});

  /// Shows the job of this name no more, and returns whether there was one. It is not being read when this returns.
  bool Remove(std::string_view name);

  /// Reads every job.
  /// Cost: about five kernel queries a job, and several allocations a series.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  class Jobs;
  std::unique_ptr<Jobs> jobs_;
};

}  // namespace winjob::exporter
