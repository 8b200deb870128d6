#include "exporter/cli/job_view.h"

#include <algorithm>

#include "agent/discoverer.h"
#include "agent/process_sampler.h"
#include "winjob/job.h"
#include "winjob/json.h"
#include "winjob/json_object.h"

namespace winjob::exporter::cli {
namespace {

std::string ProcessJson(const agent::ProcessSample& process) {
  JsonObject object;
  object.Add("pid", process.id);
  object.Add("image", std::string_view(process.image));
  object.Add("user_time", process.counters.user_time);
  object.Add("kernel_time", process.counters.kernel_time);
  object.Add("working_set", process.counters.working_set);
  object.Add("commit", process.counters.commit);
  return object.Text();
}

}  // namespace

JobView View(const std::string& name, const std::string& object) {
  JobView view;
  view.name = name;
  view.object = object;
  const Result<Job> job = Job::Open(object);
  if (!job) {
    const bool absent = job.error() == Win32Error::kFileNotFound;
    view.state = absent ? "absent" : job.error() == Win32Error::kAccessDenied ? "denied" : job.error().message();
    return view;
  }
  view.open = true;
  view.state = "open";
  if (const std::error_code error = job->QueryCounters(view.counters)) view.state = error.message();
  std::ignore = job->QueryMemory(view.memory);  // what is not known is shown so
  if (Result<Limits> limits = job->QueryLimits()) view.limits = std::move(*limits);
  if (Result<std::vector<ProcessId>> processes = job->Processes()) view.processes = std::move(*processes);
  return view;
}

void ViewLargest(std::uint32_t most, JobView& view) {
  const Result<Job> job = Job::Open(view.object);
  if (!job) return;
  const agent::Log silent([](auto&&...) {});
  agent::ProcessSamples samples;
  std::ignore = agent::ProcessSampler().Sample(*job, view.name, {.top = most}, silent, samples);
  view.largest.assign(samples.processes.begin(), samples.processes.end());
}

std::vector<JobView> ViewAll(const config::Config& config) {
  std::vector<JobView> views;
  for (const config::JobConfig& job : config.jobs) views.push_back(View(job.name, job.object));
  for (const config::JobConfig& job : agent::DiscoverNow(config)) views.push_back(View(job.name, job.object));
  return views;
}

std::string ObjectOf(const config::Config& config, const std::string& name) {
  for (const std::vector<config::JobConfig>& jobs : {config.jobs, agent::DiscoverNow(config)})
    for (const config::JobConfig& job : jobs)
      if (job.name == name) return job.object;
  return name;
}

std::optional<Ticks> CpuTime(const Counters& counters) {
  if (!counters.user_time || !counters.kernel_time) return std::nullopt;
  return Ticks(counters.user_time->count() + counters.kernel_time->count());
}

std::string ToJson(const JobView& job) {
  JsonObject object;
  object.Add("name", std::string_view(job.name));
  object.Add("object", std::string_view(job.object));
  object.Add("state", std::string_view(job.state));
  if (!job.open) return object.Text();
  object.AddRaw("counters", winjob::ToJson(job.counters));
  object.AddRaw("memory", winjob::ToJson(job.memory));
  if (job.limits) object.AddRaw("limits", winjob::ToJson(*job.limits));
  object.AddRaw("processes",
                JsonArray(job.processes, [](ProcessId id) { return std::to_string(static_cast<std::uint64_t>(id)); }));
  if (!job.largest.empty()) object.AddRaw("largest_processes", JsonArray(job.largest, ProcessJson));
  return object.Text();
}

}  // namespace winjob::exporter::cli
