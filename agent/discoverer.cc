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

std::optional<Discoverer::Found> Discoverer::Match(std::string_view object) const {
  if (own_objects_.contains(object)) return std::nullopt;
  for (const config::Discovery& rule : rules_) {
    std::optional<std::string> name = config::NameFor(rule, object);
    if (!name) continue;
    return Found{*std::move(name), rule.containerd, *config::NameFor({rule.object, "{1}"}, object), {}};
  }
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
  if (ReadContainers()) changed = true;
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
  std::optional<Found> match = Match(object);
  if (!match) return false;
  const std::string& name = match->name;
  const bool is_free = !name.empty() && !names_.contains(name);
  if (is_free && found_.size() < most_) {
    names_.insert(name);
    found_.emplace(object, *std::move(match));
    return true;
  }
  LeaveOut(is_free ? LeftOut::kLimit : name.empty() ? LeftOut::kNoName : LeftOut::kNameTaken, object, name);
  return false;
}

// A file that is not there, or says nothing, is looked for again: it may be on its way.
bool Discoverer::ReadContainers() {
  bool changed = false;
  for (auto& [object, found] : found_) {
    if (found.folder.empty() || found.container) continue;
    Result<std::optional<Container>, std::string> read = ReadContainer(found.folder, found.id);
    if (read) {
      found.container = *std::move(read);
      changed = changed || found.container;
    } else if (!std::exchange(found.complained, true)) {
      log_->Warning("the configuration of a container says nothing; its job has no labels of a pod",
                    {{"object", object}, {"containerd", found.folder}, {"id", found.id}, {"error", read.error()}});
    }
  }
  return changed;
}

Container Discoverer::container(std::string_view object) const {
  const auto found = found_.find(object);
  return found == found_.end() ? Container() : found->second.container.value_or(Container());
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
    std::optional<Found> match = Match(object);
    if (!match || match->name != found.name || found_.size() >= most_ || !names_.insert(found.name).second) continue;
    if (match->folder == found.folder && match->id == found.id) match->container = found.container;
    match->misses = found.misses;
    found_.emplace(object, *std::move(match));
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
