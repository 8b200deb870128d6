#include "exporter/landing/jobs_json.h"

#include <algorithm>

#include "exporter/landing/query.h"
#include "exporter/process_series.h"
#include "winjob/json_object.h"

namespace winjob::exporter::landing {
namespace {

constexpr std::size_t kMostShown = 10'000;
constexpr std::string_view kPrefix = "winjob_";
constexpr std::string_view kNotMetrics[] = {"winjob_job_info", "winjob_job_state", "winjob_job_up"};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool Contains(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return Lower(a) == Lower(b); }) != text.end();
}

// A number of the text format; what JSON has no word for is null.
std::string Number(const Value& value) {
  char text[Value::kMaxText];
  std::string number(text, WriteValue(value, text));
  return number.find_first_of("NI") == std::string::npos ? number : "null";
}

std::string Seconds(std::chrono::system_clock::time_point time) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  std::string text = std::to_string(since / 1000) + "." + std::to_string(1000 + since % 1000).substr(1);
  return text;
}

// The values of a family under its name: one, or an object of them by label.
template <class Points, class Sample>
void AppendValues(std::string_view name, const Points& points, const Sample& sample, std::string& out) {
  std::string values;
  for (const auto& point : points) {
    const Value value = point.value(sample);
    if (value.kind() == Value::Kind::kAbsent) continue;
    if (!values.empty()) values += ",";
    if (!point.label.empty()) values += JsonObject::Quoted(point.label_value) + ":";
    values += Number(value);
  }
  if (values.empty()) return;
  if (out.back() != '{') out += ",";
  out += JsonObject::Quoted(name) + ":";
  out += points[0].label.empty() ? values : "{" + values + "}";
}

void AppendJob(const agent::JobDescription& job, const agent::JobSample& sample, std::string& out) {
  out += "{\"name\":" + JsonObject::Quoted(job.name) + ",\"object\":" + JsonObject::Quoted(job.object);
  if (const agent::Container& container = job.container; container != agent::Container())
    out += ",\"container\":{\"namespace\":" + JsonObject::Quoted(container.pod_namespace) +
           ",\"pod\":" + JsonObject::Quoted(container.pod) + ",\"name\":" + JsonObject::Quoted(container.name) + "}";
  out += ",\"state\":" + JsonObject::Quoted(agent::StateName(sample.state)) +
         ",\"up\":" + (sample.up ? "true" : "false") + ",\"metrics\":{";
  for (const Family& family : JobFamilies())
    if (std::find(std::begin(kNotMetrics), std::end(kNotMetrics), family.name) == std::end(kNotMetrics))
      AppendValues(family.name.substr(kPrefix.size()), family.points, sample, out);
  out += "}";
}

void AppendProcess(const agent::ProcessSample& process, std::string& out) {
  constexpr std::string_view kOfProcess = "winjob_process_";
  out += "{\"pid\":" + std::to_string(static_cast<std::uint32_t>(process.id)) +
         ",\"image\":" + JsonObject::Quoted(process.image);
  for (const ProcessFamily& family : ProcessFamilies())
    if (family.of_job == nullptr) AppendValues(family.name.substr(kOfProcess.size()), family.points, process, out);
  out += "}";
}

void AppendProcesses(const agent::ProcessSamples& job, std::string& out) {
  out += ",\"unreadable_processes\":" + std::to_string(job.unreadable) + ",\"processes\":[";
  for (const agent::ProcessSample& process : job.processes) {
    if (out.back() != '[') out += ",";
    AppendProcess(process, out);
  }
  out += "]";
}

}  // namespace

Selection ReadSelection(std::string_view query) {
  Selection selection;
  selection.match = QueryText(query, "match");
  selection.offset = QueryNumber(query, "offset", 0, 100'000'000);
  selection.limit = QueryNumber(query, "limit", selection.limit, kMostShown);
  return selection;
}

Selected Select(std::span<const agent::JobDescription> jobs, const Selection& selection) {
  Selected selected;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (!Contains(jobs[i].name, selection.match)) continue;
    if (selected.matching++ >= selection.offset && selected.shown.size() < selection.limit) selected.shown.push_back(i);
  }
  return selected;
}

std::string JobsJson(const AgentFacts& facts, std::span<const agent::JobDescription> jobs,
                     const agent::Snapshot& snapshot, const std::vector<RecentEvent>& events,
                     const Selection& selection) {
  const Selected selected = Select(jobs, selection);
  std::size_t open = 0;
  double processes = 0;
  const Family* const active = FindFamily("active_processes");
  for (const agent::JobSample& sample : snapshot.jobs) {
    open += sample.state == agent::JobState::kOpen ? 1 : 0;
    if (active != nullptr) processes += NumberOf(active->points[0].value(sample));
  }
  std::string out =
      "{\"time\":" + Seconds(snapshot.wall_time) + ",\"agent\":{\"version\":" + JsonObject::Quoted(facts.version) +
      ",\"kernel\":" + JsonObject::Quoted(facts.kernel) + ",\"level\":" + JsonObject::Quoted(facts.level) +
      "},\"jobs_total\":" + std::to_string(jobs.size()) + ",\"jobs_open\":" + std::to_string(open) +
      ",\"active_processes\":" + std::to_string(static_cast<std::uint64_t>(processes)) +
      ",\"matching\":" + std::to_string(selected.matching) + ",\"jobs\":[";
  for (const std::size_t i : selected.shown) {
    if (out.back() != '[') out += ",\n";
    AppendJob(jobs[i], snapshot.jobs[i], out);
    const auto shown = std::find_if(snapshot.processes.begin(), snapshot.processes.end(),
                                    [&](const agent::ProcessSamples& job) { return job.job == i; });
    if (shown != snapshot.processes.end()) AppendProcesses(*shown, out);
    out += "}";
  }
  out += "],\"events\":[";
  for (const RecentEvent& event : events) {
    if (out.back() != '[') out += ",\n";
    out += "{\"time\":" + Seconds(event.time) + ",\"job\":" + JsonObject::Quoted(event.job_name()) +
           ",\"kind\":" + (event.violation ? "\"violation\"" : "\"notification\"") +
           ",\"name\":" + JsonObject::Quoted(event.name) +
           ",\"count\":" + std::to_string(static_cast<std::uint64_t>(event.count)) + "}";
  }
  return out + "]}\n";
}

}  // namespace winjob::exporter::landing
