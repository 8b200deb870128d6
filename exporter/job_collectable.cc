#include "exporter/job_collectable.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <utility>

#include "agent/counter_guard.h"
#include "agent/limit_reading.h"
#include "agent/query_errors.h"
#include "config/utf8.h"
#include "exporter/family_model.h"

namespace winjob::exporter {
namespace {

using prometheus::MetricFamily;

bool IsUtf8(std::string_view text) { return config::FindInvalidUtf8(text) == std::string_view::npos; }

/// One job, and what must be remembered of its earlier readings.
class ReadJob {
 public:
  ReadJob(const Job& job, std::string object) : job_(&job), object_(std::move(object)) {}

  [[nodiscard]] const std::string& object() const noexcept { return object_; }

  [[nodiscard]] agent::JobSample Read() {
    agent::JobSample sample;
    if (job_->QueryCounters(sample.counters)) {
      errors_.Add(abi::InfoClass::kBasicAndIoAccounting);
    } else {
      sample.up = true;
      guard_.Pass(sample.counters, sample.page_faults);
      if (limits_.Read(*job_, Limits{}, sample.reading)) errors_.Add(limits_.failed());
    }
    sample.regressions = guard_.regressions();
    sample.failed_queries = errors_;
    return sample;
  }

 private:
  const Job* job_;
  std::string object_;
  agent::CounterGuard guard_;
  agent::LimitReader limits_;
  agent::QueryErrors errors_;
};

}  // namespace

class JobCollectable::Jobs {
 public:
  std::error_code Add(std::string name, const Job& job, std::string object) {
    if (name.empty() || !IsUtf8(name) || !IsUtf8(object)) return make_error_code(Win32Error::kInvalidParameter);
    const std::lock_guard lock(mutex_);
    const bool added = jobs_.try_emplace(std::move(name), job, std::move(object)).second;
    return added ? std::error_code() : make_error_code(Win32Error::kAlreadyExists);
  }

  bool Remove(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto found = jobs_.find(name);
    if (found == jobs_.end()) return false;
    jobs_.erase(found);
    return true;
  }

  std::vector<MetricFamily> Collect() {
    std::vector<agent::JobDescription> descriptions;
    std::vector<agent::JobSample> samples;
    {
      const std::lock_guard lock(mutex_);
      for (auto& [name, job] : jobs_) {
        descriptions.push_back({name, job.object()});
        samples.push_back(job.Read());
      }
    }
    std::vector<MetricFamily> families = CollectFamilies(descriptions, samples, AccountingFamilies());
    std::vector<MetricFamily> limits = CollectFamilies(descriptions, samples, LimitFamilies());
    std::move(limits.begin(), limits.end(), std::back_inserter(families));
    std::sort(families.begin(), families.end(),
              [](const MetricFamily& a, const MetricFamily& b) { return a.name < b.name; });
    return families;
  }

 private:
  std::mutex mutex_;  // the program adds jobs while its exposer reads
  std::map<std::string, ReadJob, std::less<>> jobs_;
};

JobCollectable::JobCollectable() : jobs_(std::make_unique<Jobs>()) {}
JobCollectable::~JobCollectable() = default;

std::error_code JobCollectable::Add(std::string name, const Job& job, std::string object) {
  return jobs_->Add(std::move(name), job, std::move(object));
}

bool JobCollectable::Remove(std::string_view name) { return jobs_->Remove(name); }

std::vector<MetricFamily> JobCollectable::Collect() const { return jobs_->Collect(); }

}  // namespace winjob::exporter
