#include "exporter/cli/run_flags.h"

#include <algorithm>

#include "config/load.h"
#include "exporter/cli/command.h"
#include "winjob/json_object.h"

namespace winjob::exporter::cli {
namespace {

enum class Shape { kScalar, kSwitch, kMap, kList, kListOfMaps };

struct LimitFlag {
  const char* flag;
  std::string_view map;  ///< the map of the job that the key is in; empty: the job itself
  std::string_view key;
  Shape shape;
  const char* help;
};

constexpr LimitFlag kLimitFlags[] = {
    {"--job-memory", "limits", "job_memory", Shape::kScalar, "Memory of all processes together, such as 1GiB"},
    {"--process-memory", "limits", "process_memory", Shape::kScalar, "Memory of each process"},
    {"--active-processes", "limits", "active_processes", Shape::kScalar, "Processes at once"},
    {"--job-user-time", "limits", "job_user_time", Shape::kScalar, "User time of all processes together, such as 2h"},
    {"--process-user-time", "limits", "process_user_time", Shape::kScalar, "User time of each process"},
    {"--working-set", "limits", "working_set", Shape::kMap, "min=1MiB,max=512MiB"},
    {"--affinity", "limits", "affinity", Shape::kList, "Processors as group:mask, such as 0:0x0f"},
    {"--subset-affinity", "limits", "subset_affinity", Shape::kSwitch, "Processes may choose among those processors"},
    {"--priority-class", "limits", "priority_class", Shape::kScalar,
     "idle, below_normal, normal, above_normal, high, realtime"},
    {"--scheduling-class", "limits", "scheduling_class", Shape::kScalar, "0 to 9"},
    {"--cpu", "limits", "cpu", Shape::kMap, "cap=50%, cores=2.5, weight=7, or min=10%,max=50%"},
    {"--network", "limits", "network", Shape::kMap, "outgoing=10MB/s,dscp=0x14"},
    {"--io", "limits", "io", Shape::kListOfMaps, "volume=C:,iops=500,bandwidth=50MB/s; repeatable"},
    {"--ui", "limits", "ui", Shape::kList, "Restrictions, such as desktop,exit_windows"},
    {"--breakaway", "limits", "breakaway", Shape::kScalar, "none, ok or silent"},
    {"--die-on-unhandled-exception", "limits", "die_on_unhandled_exception", Shape::kSwitch,
     "No dialog for a process that crashes"},
    {"--end-of-job-time", "", "end_of_job_time", Shape::kScalar, "At --job-user-time: terminate or post"},
    {"--notify", "notify", "", Shape::kMap, "Report only: job_memory=1GiB,read_bytes=1GB"},
    {"--security", "", "security", Shape::kScalar, "Security descriptor of the job (SDDL)"},
    {"--object", "", "object", Shape::kScalar, "Kernel name of the job; without one it has none"},
};

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = text.find(separator); end != std::string::npos; end = text.find(separator, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

// "a=b,c=d" as a map. A part without = is a key without value, which the configuration's reader refuses by name.
std::string Map(const std::string& text) {
  JsonObject object;
  for (const std::string& part : Split(text, ',')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    object.Add(part.substr(0, equals), std::string_view(part).substr(std::min(equals + 1, part.size())));
  }
  return object.Text();
}

std::string Yaml(Shape shape, const std::vector<std::string>& values) {
  switch (shape) {
    case Shape::kScalar: return JsonObject::Quoted(values.back());
    case Shape::kSwitch: return "true";
    case Shape::kMap: return Map(values.back());
    case Shape::kList: return JsonArray(Split(values.back(), ','), JsonObject::Quoted);
    case Shape::kListOfMaps: return JsonArray(values, Map);
  }
  return {};
}

// The flag that a key of the configuration came from.
std::string FlagOf(std::string_view key) {
  constexpr std::string_view kJob = "jobs[0].";
  if (key.starts_with(kJob)) key.remove_prefix(kJob.size());
  for (const LimitFlag& row : kLimitFlags) {
    std::string path(row.map);
    if (!row.map.empty() && !row.key.empty()) path += ".";
    path += row.key;
    if (key.starts_with(path)) return std::string(row.flag) + ": " + std::string(key.substr(path.size()));
  }
  return std::string(key);
}

using Values = std::vector<std::pair<const LimitFlag*, std::vector<std::string>>>;

// What the flags say, as the configuration of one job.
std::string Configuration(const Values& values, bool kill) {
  JsonObject job, limits;
  std::string notify;
  job.Add("name", std::string_view("run"));
  if (kill) job.Add("on_exit", std::string_view("kill"));
  for (const auto& [row, given] : values) {
    if (given.empty()) continue;
    const std::string yaml = Yaml(row->shape, given);
    if (row->map == "notify")
      notify = yaml;
    else
      (row->map.empty() ? job : limits).AddRaw(row->key, yaml);
  }
  if (limits.Text() != "{}") job.AddRaw("limits", limits.Text());
  if (!notify.empty()) job.AddRaw("notify", notify);
  return "jobs: [" + job.Text() + "]";
}

}  // namespace

std::variant<RunRequest, int> ReadRunFlags(const std::vector<std::string>& arguments) {
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  RunRequest request;
  if (dashes != arguments.end()) request.command.assign(dashes + 1, arguments.end());

  CLI::App app("Runs a command in a new job, under limits; exits as the command does.\nThe command stands behind --.",
               "winjob_exporter run");
  Values values;
  for (const LimitFlag& row : kLimitFlags) values.emplace_back(&row, std::vector<std::string>{});
  for (auto& [row, given] : values) {
    auto& target = given;
    if (row->shape == Shape::kSwitch)
      app.add_flag_callback(
          row->flag, [&target] { target = {"true"}; }, row->help);
    else
      app.add_option(row->flag, target, row->help)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  std::vector<std::string> environment;
  app.add_option("--directory", request.directory, "Working directory");
  app.add_option("--environment", environment, "NAME=value; repeatable")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--kill", request.kill, "All processes of the job end with the command, and with this program");
  app.add_flag("--accounting", request.accounting, "At the end, what was used, on standard error");
  app.add_flag("--json", request.json, "The accounting as JSON");
  if (const auto code = Parse(app, {arguments.begin(), dashes})) return *code;
  if (request.command.empty()) return Fail("run: no command; write it behind --", kBadUse);
  for (const std::string& variable : environment) {
    const std::size_t equals = variable.find('=');
    if (equals == std::string::npos || equals == 0)
      return Fail("run: --environment: \"" + variable + "\" is not NAME=value", kBadUse);
    request.environment[variable.substr(0, equals)] = variable.substr(equals + 1);
  }

  const auto config = config::Load(Configuration(values, request.kill));
  if (!config) {
    std::string errors;
    for (const config::Error& error : config.error()) errors += "run: " + FlagOf(error.key) + ": " + error.text + "\n";
    return Fail(errors, kBadUse);
  }
  request.job = config->jobs[0];
  const bool named = std::any_of(values.begin(), values.end(), [](const auto& value) {
    return value.first->key == "object" && !value.second.empty();
  });
  if (!named) request.job.object.clear();
  return request;
}

}  // namespace winjob::exporter::cli
