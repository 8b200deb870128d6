#include "config/job_fields.h"

#include <algorithm>

#include "config/limit_fields.h"
#include "config/process_fields.h"
#include "winjob/limit_table.h"

namespace winjob::config {
namespace {

constexpr std::pair<std::string_view, Mode> kModes[] = {{"create", Mode::kCreate},
                                                        {"open", Mode::kOpen},
                                                        {"create_or_open", Mode::kCreateOrOpen},
                                                        {"observe", Mode::kObserve}};
constexpr std::pair<std::string_view, OnExit> kOnExits[] = {{"release", OnExit::kRelease}, {"kill", OnExit::kKill}};
constexpr std::pair<std::string_view, EndOfJobTime> kEnds[] = {{"terminate", EndOfJobTime::kTerminate},
                                                               {"post", EndOfJobTime::kPost}};
constexpr std::pair<std::string_view, ProcessMetrics::By> kOrders[] = {{"memory", ProcessMetrics::By::kMemory},
                                                                       {"cpu", ProcessMetrics::By::kCpu}};

void ReadSecurity(const yaml::Node& node, std::string& out, const Context& context) {
  ReadText(node, out, context);
  constexpr std::string_view kBeginnings[] = {"O:", "G:", "D:", "S:"};
  const auto begins = [&](std::string_view with) { return out.starts_with(with); };
  if (node.kind == yaml::Kind::kScalar && std::none_of(std::begin(kBeginnings), std::end(kBeginnings), begins))
    context.Fail(node,
                 "\"" + node.text + "\" is not SDDL; write such as D:(A;;GA;;;BA), full access for administrators");
}

void ReadEndOfJobTime(const yaml::Node& node, JobConfig& job, const Context& context) {
  ReadChoice(node, kEnds, job.limits.end_of_job_time, context);
}

constexpr Field<ProcessMetrics> kProcessMetricsFields[] = {
    {"top", kInto<&ProcessMetrics::top, ReadInteger<1, 1000, std::uint32_t>, ProcessMetrics>, true},
    {"by", kChoiceInto<&ProcessMetrics::by, kOrders, ProcessMetrics>},
};

void ReadProcessMetrics(const yaml::Node& node, std::optional<ProcessMetrics>& out, const Context& context) {
  ReadMap(node, kProcessMetricsFields, out.emplace(), context);
}

constexpr Field<JobConfig> kJobFields[] = {
    {"name", kInto<&JobConfig::name, ReadText, JobConfig>, true},
    {"object", kInto<&JobConfig::object, ReadText, JobConfig>},
    {"mode", kChoiceInto<&JobConfig::mode, kModes, JobConfig>},
    {"security", kInto<&JobConfig::security, ReadSecurity, JobConfig>},
    {"start", kInto<&JobConfig::start, ReadStart, JobConfig>},
    {"adopt", kInto<&JobConfig::adopt, ReadAdopt, JobConfig>},
    {"limits", ReadLimits},
    {"enforce", kInto<&JobConfig::enforce, ReadBool, JobConfig>},
    {"notify", ReadNotify},
    {"on_exit", kChoiceInto<&JobConfig::on_exit, kOnExits, JobConfig>},
    {"end_of_job_time", ReadEndOfJobTime},
    {"process_metrics", kInto<&JobConfig::process_metrics, ReadProcessMetrics, JobConfig>},
};

// What keys must not say together: a key, when it is wrong, and why.
struct Contradiction {
  std::string_view key;
  bool (*wrong)(const JobConfig& job);
  std::string_view text;
};

bool Observes(const JobConfig& job) { return job.mode == Mode::kObserve; }
bool HasCpu(const JobConfig& job) { return job.limits.cpu || job.cpu_cores; }

// Whether a threshold is not below the limit that keeps it from being reached.
template <class T>
bool NotBelow(const std::optional<T>& threshold, const std::optional<T>& limit) {
  return threshold && limit && *threshold >= *limit;
}

constexpr std::string_view kObserveText = "cannot be used with mode: observe, which changes nothing";
constexpr Contradiction kContradictions[] = {
    {"start", Observes, kObserveText},
    {"adopt", Observes, kObserveText},
    {"limits", Observes, kObserveText},
    {"enforce", Observes, kObserveText},
    {"notify", Observes, kObserveText},
    {"end_of_job_time", Observes, kObserveText},
    {"security", Observes, kObserveText},
    {"on_exit", [](const JobConfig& job) { return Observes(job) && job.on_exit == OnExit::kKill; },
     "kill cannot be used with mode: observe, which changes nothing"},
    {"security", [](const JobConfig& job) { return job.mode == Mode::kOpen; },
     "is for a job that is created; with mode: open its creator has set it"},
    {"enforce", [](const JobConfig& job) { return job.enforce && Kinds(job.limits).empty() && !job.cpu_cores; },
     "has nothing to enforce; give `limits` as well"},
    {"end_of_job_time",
     [](const JobConfig& job) {
       return job.limits.end_of_job_time == EndOfJobTime::kPost && !job.limits.job_user_time;
     },
     "says what happens when limits.job_user_time is used up, which is not given"},
    {"notify.job_memory", [](const JobConfig& job) { return NotBelow(job.notify.job_memory, job.limits.job_memory); },
     "is not below limits.job_memory, which lets the job never get there"},
    {"notify.job_user_time",
     [](const JobConfig& job) { return NotBelow(job.notify.job_user_time, job.limits.job_user_time); },
     "is not below limits.job_user_time, which lets the job never get there"},
    {"notify.cpu_rate", [](const JobConfig& job) { return job.notify.cpu_rate && !HasCpu(job); },
     "tells when limits.cpu is exceeded, which is not given"},
    {"notify.io_rate", [](const JobConfig& job) { return job.notify.io_rate && !job.limits.io; },
     "tells when limits.io is exceeded, which is not given"},
    {"notify.net_rate", [](const JobConfig& job) { return job.notify.net_rate && !job.limits.network; },
     "tells when limits.network is exceeded, which is not given"},
};

// `key` may be of a map in the map: "notify.job_memory".
void FailAtKey(const yaml::Node& node, std::string_view key, std::string_view text, const Context& context) {
  const std::size_t dot = key.find('.');
  const yaml::Node* found = Find(node, key.substr(0, dot));
  if (found == nullptr) return;  // an alias or a default: the job has no such key
  if (dot == key.npos) return context.At(key).Fail(*found, std::string(text));
  FailAtKey(*found, key.substr(dot + 1), text, context.At(key.substr(0, dot)));
}

void CheckNames(const yaml::Node& node, JobConfig& job, const Context& context) {
  const yaml::Node* name = Find(node, "name");
  if (name != nullptr && name->kind == yaml::Kind::kScalar && job.name.empty())
    context.At("name").Fail(*name, "must not be empty");

  const yaml::Node* object = Find(node, "object");
  if (object == nullptr) {
    if (job.name.find('\\') != std::string::npos)
      context.At("name").Fail(*name, "has a backslash, which a kernel name cannot hold; give `object` as well");
    job.object = "Local\\winjob-" + job.name;
  } else if (object->kind == yaml::Kind::kScalar && job.object.empty()) {
    context.At("object").Fail(*object, "must not be empty; leave the key out for Local\\winjob-<name>");
  }
}

}  // namespace

void ReadJob(const yaml::Node& node, JobConfig& job, const Context& context) {
  ReadMap(node, kJobFields, job, context);
  if (node.kind != yaml::Kind::kMap) return;
  CheckNames(node, job, context);
  for (const Contradiction& contradiction : kContradictions)
    if (contradiction.wrong(job)) FailAtKey(node, contradiction.key, contradiction.text, context);
}

}  // namespace winjob::config
