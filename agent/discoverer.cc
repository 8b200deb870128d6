#include "agent/discoverer.h"

#include <algorithm>

#include "config/discovery.h"
#include "winjob/job_directory.h"

namespace winjob::agent {
namespace {

constexpr std::string_view kHints[] = {
    "another job has the name that it would get; use {0} in `name`, or another name for that job",
    "the wildcards in its name stand for nothing; write text beside them in `name`",
    "raise discover_limit, or match fewer",
};

// A glob without a prefix means names of the session, as a name without one does.
config::Discovery Qualified(config::Discovery rule) {
  if (rule.object.starts_with("Local\\") || rule.object.find('\\') == rule.object.npos)
    rule.object = QualifiedName(rule.object);
  return rule;
}

}  // namespace

Discoverer::Discoverer(const config::Config& config, const Log& log) : log_(&log), most_(config.discover_limit) {
  for (const config::Discovery& rule : config.discover) rules_.push_back(Qualified(rule));
  for (const config::JobConfig& job : config.jobs) {
    own_objects_.insert(QualifiedName(job.object));
    names_.insert(job.name);
  }
}

std::optional<std::string> Discoverer::NameOf(std::string_view object) const {
  if (own_objects_.contains(object)) return std::nullopt;
  for (const config::Discovery& rule : rules_)
    if (std::optional<std::string> name = config::NameFor(rule, object)) return name;
  return std::nullopt;
}

bool Discoverer::Look() {
  const Result<std::vector<std::string>> existing = ListJobNames();
  if (!existing) {
    ++totals_.failures;
    if (!std::exchange(failing_, true))
      log_->Warning("the jobs of the system cannot be listed; none is discovered", {{"error", existing.error()}});
    return false;
  }
  failing_ = false;
  totals_.left_out = {};
  bool changed = Forget(*existing);
  for (const std::string& object : *existing)
    if (!found_.contains(object) && Add(object)) changed = true;
  told_ = std::exchange(passed_, {});
  full_ = totals_.left_out[static_cast<std::size_t>(LeftOut::kLimit)] != 0;
  totals_.found = found_.size();
  return changed;
}

// Those that have been missing for long make room. True when there are any.
bool Discoverer::Forget(const std::vector<std::string>& existing) {
  for (auto& [object, found] : found_)
    found.misses = std::binary_search(existing.begin(), existing.end(), object) ? 0 : found.misses + 1;
  return std::erase_if(found_, [this](const auto& entry) {
           const bool gone = entry.second.misses >= kPatience;
           if (gone) names_.erase(entry.second.name);
           return gone;
         }) != 0;
}

bool Discoverer::Add(const std::string& object) {
  const std::optional<std::string> name = NameOf(object);
  if (!name) return false;
  const bool is_free = !name->empty() && !names_.contains(*name);
  if (is_free && found_.size() < most_) {
    names_.insert(*name);
    found_.emplace(object, Found{*name});
    return true;
  }
  LeaveOut(is_free ? LeftOut::kLimit : name->empty() ? LeftOut::kNoName : LeftOut::kNameTaken, object, *name);
  return false;
}

// Names are told of once for each job that is left out; of the limit, once for all.
void Discoverer::LeaveOut(LeftOut reason, const std::string& object, const std::string& name) {
  const auto index = static_cast<std::size_t>(reason);
  const bool first = totals_.left_out[index]++ == 0;
  const bool told = reason == LeftOut::kLimit ? full_ || !first : told_.contains(object);
  if (reason != LeftOut::kLimit) passed_.insert(object);
  if (told) return;
  log_->Warning("a job that matches `discover` is left out", {{"object", object},
                                                              {"job_object", name},
                                                              {"reason", kLeftOutNames[index]},
                                                              {"discover_limit", std::uint64_t{most_}},
                                                              {"hint", kHints[index]}});
}

std::vector<config::JobConfig> Discoverer::jobs() const {
  std::vector<config::JobConfig> jobs;
  for (const auto& [object, found] : found_) {
    config::JobConfig& job = jobs.emplace_back();
    job.name = found.name;
    job.object = object;
    job.mode = config::Mode::kObserve;
  }
  return jobs;
}

void Discoverer::Inherit(const Discoverer& earlier) {
  totals_.failures = earlier.totals_.failures;
  failing_ = earlier.failing_;
  for (const auto& [object, found] : earlier.found_) {
    if (NameOf(object) != found.name || found_.size() >= most_ || !names_.insert(found.name).second) continue;
    found_.emplace(object, found);
  }
  totals_.found = found_.size();
}

std::vector<config::JobConfig> DiscoverNow(const config::Config& config) {
  const Log silent([](auto&&...) {});
  Discoverer discoverer(config, silent);
  if (!discoverer.empty()) discoverer.Look();
  return discoverer.jobs();
}

}  // namespace winjob::agent
