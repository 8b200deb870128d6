#include "agent/plan.h"

#include <algorithm>

#include "winjob/json_object.h"
#include "winjob/limit_table.h"

namespace winjob::agent {
namespace {

using config::Config;
using config::JobConfig;
using Kind = JobChange::Kind;

// An unprefixed name is the same as one in the session's namespace.
std::string_view Canonical(std::string_view object) noexcept {
  constexpr std::string_view kLocal = "Local\\";
  return object.starts_with(kLocal) ? object.substr(kLocal.size()) : object;
}

template <class Target>
struct Key {
  std::string_view name;
  bool (*differs)(const Target& a, const Target& b);
};

template <auto Member, class Target>
constexpr bool Differs(const Target& a, const Target& b) {
  return !(a.*Member == b.*Member);
}

constexpr Key<JobConfig> kJobKeys[] = {
    {"object", Differs<&JobConfig::object>},     {"mode", Differs<&JobConfig::mode>},
    {"security", Differs<&JobConfig::security>}, {"start", Differs<&JobConfig::start>},
    {"adopt", Differs<&JobConfig::adopt>},       {"limits.cpu", Differs<&JobConfig::cpu_cores>},
    {"enforce", Differs<&JobConfig::enforce>},   {"notify", Differs<&JobConfig::notify>},
    {"on_exit", Differs<&JobConfig::on_exit>},   {"process_metrics", Differs<&JobConfig::process_metrics>},
};
constexpr Key<Config> kSettings[] = {
    {"poll_interval", Differs<&Config::poll_interval>},   {"max_age", Differs<&Config::max_age>},
    {"series_budget", Differs<&Config::series_budget>},   {"discover", Differs<&Config::discover>},
    {"discover_limit", Differs<&Config::discover_limit>},
};

bool SameLimit(const Limit& limit, const Limits& a, const Limits& b) {
  Limits one, other;
  limit.copy(a, one);
  limit.copy(b, other);
  return one == other;
}

std::vector<std::string> ChangedKeys(const JobConfig& a, const JobConfig& b) {
  std::vector<std::string> keys;
  for (const auto& key : kJobKeys)
    if (key.differs(a, b)) keys.emplace_back(key.name);
  for (const Limit& limit : kLimits)
    if (!SameLimit(limit, a.limits, b.limits)) keys.push_back("limits." + std::string(limit.name));
  return keys;
}

const JobConfig* Find(const Config& config, std::string_view name) {
  const auto found =
      std::find_if(config.jobs.begin(), config.jobs.end(), [&](const JobConfig& job) { return job.name == name; });
  return found == config.jobs.end() ? nullptr : &*found;
}

Kind KindOf(const JobConfig& before, const Config& from, const JobConfig& after, const Config& to,
            const std::vector<std::string>& keys) {
  const bool other = Canonical(before.object) != Canonical(after.object) || before.mode != after.mode ||
                     ConflictOf(before, from) != ConflictOf(after, to);
  if (other) return Kind::kReplaced;
  return keys.empty() ? Kind::kUnchanged : Kind::kChanged;
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string WordsAsJson(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "\"" : ",\"") + word + "\"";  // plain words all
  return "[" + text + "]";
}

}  // namespace

std::string_view KindName(Kind kind) noexcept {
  constexpr std::string_view kNames[] = {"unchanged", "changed", "replaced", "added", "removed"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string ConflictOf(const JobConfig& job, const Config& config) {
  const auto first = std::find_if(config.jobs.begin(), config.jobs.end(), [&](const JobConfig& other) {
    return Canonical(other.object) == Canonical(job.object);
  });
  return first == config.jobs.end() || first->name == job.name ? std::string() : first->name;
}

bool Plan::empty() const noexcept {
  return settings.empty() &&
         std::all_of(jobs.begin(), jobs.end(), [](const JobChange& job) { return job.kind == Kind::kUnchanged; });
}

Plan MakePlan(const Config& from, const Config& to) {
  Plan plan;
  for (const auto& key : kSettings)
    if (key.differs(from, to)) plan.settings.emplace_back(key.name);
  for (const JobConfig& job : to.jobs) {
    const JobConfig* before = Find(from, job.name);
    if (before == nullptr) {
      plan.jobs.push_back({Kind::kAdded, job.name});
      continue;
    }
    std::vector<std::string> keys = ChangedKeys(*before, job);
    const Kind kind = KindOf(*before, from, job, to, keys);
    plan.jobs.push_back({kind, job.name, std::move(keys)});
  }
  for (const JobConfig& job : from.jobs)
    if (Find(to, job.name) == nullptr) plan.jobs.push_back({Kind::kRemoved, job.name});
  return plan;
}

std::string Describe(const Plan& plan) {
  if (plan.empty()) return "nothing changes\n";
  std::string text;
  if (!plan.settings.empty()) text += "settings: " + Join(plan.settings) + "\n";
  for (const JobChange& job : plan.jobs) {
    text += "job " + job.name + ": " + std::string(KindName(job.kind));
    text += (job.keys.empty() ? "" : ": " + Join(job.keys)) + "\n";
  }
  return text;
}

std::string ToJson(const Plan& plan) {
  JsonObject object;
  object.AddRaw("settings", WordsAsJson(plan.settings));
  object.AddRaw("jobs", JsonArray(plan.jobs, [](const JobChange& job) {
                  JsonObject change;
                  change.Add("job_object", std::string_view(job.name));
                  change.Add("change", KindName(job.kind));
                  change.AddRaw("keys", WordsAsJson(job.keys));
                  return change.Text();
                }));
  return object.Text();
}

}  // namespace winjob::agent
