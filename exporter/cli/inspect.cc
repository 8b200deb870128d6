// list, show, top, kill: jobs as the kernel has them.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>

#include "exporter/cli/command.h"
#include "exporter/cli/job_view.h"
#include "exporter/cli/table.h"
#include "exporter/stop_signal.h"
#include "winjob/job.h"
#include "winjob/json.h"
#include "winjob/json_object.h"
#include "winjob/limit_table.h"

namespace winjob::exporter::cli {
namespace {

void Print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

std::vector<std::string> Row(const JobView& job, const std::string& cpu) {
  return {job.name,
          job.state,
          Count(job.counters.active_processes),
          cpu,
          Size(job.memory.current),
          Size(job.limits ? job.limits->job_memory : std::nullopt)};
}

std::string LimitText(const Limits& limits, const Limit& row) {
  Limits one;
  row.copy(limits, one);
  return winjob::ToJson(one);
}

// The processes with most memory, the largest first.
std::string LargestTable(const JobView& job) {
  if (job.largest.empty()) return {};
  std::vector<std::vector<std::string>> rows = {{"PROCESS", "PID", "RESIDENT", "COMMITTED", "USER", "KERNEL"}};
  for (const agent::ProcessSample& process : job.largest) {
    const kernel::ProcessCounters& counters = process.counters;
    rows.push_back({process.image, std::to_string(static_cast<std::uint32_t>(process.id)), Size(counters.working_set),
                    Size(counters.commit), Seconds(counters.user_time), Seconds(counters.kernel_time)});
  }
  return "\n" + Table(rows);
}

struct Common {
  std::string file;
  bool json = false;
};

void AddCommon(CLI::App& app, Common& common, bool file_needed) {
  auto* const option = app.add_option("--config.file", common.file, "Configuration whose names of jobs are meant");
  if (file_needed) option->required();
  app.add_flag("--json", common.json, "JSON instead of a table");
}

}  // namespace

int List(const Arguments& arguments) {
  CLI::App app("The jobs of a configuration as they are now.", "winjob_exporter list");
  Common common;
  AddCommon(app, common, true);
  if (const auto code = Parse(app, arguments)) return *code;
  const auto config = ReadOrPrint(common.file);
  if (!config) return kBadUse;
  const std::vector<JobView> jobs = ViewAll(*config);
  if (common.json) {
    Print(JsonArray(jobs, [](const JobView& job) { return ToJson(job); }) + "\n");
    return kDone;
  }
  std::vector<std::vector<std::string>> rows = {{"JOB", "STATE", "PROCESSES", "CPU", "MEMORY", "LIMIT"}};
  for (const JobView& job : jobs) rows.push_back(Row(job, Seconds(CpuTime(job.counters))));
  Print(Table(rows));
  return kDone;
}

int Show(const Arguments& arguments) {
  CLI::App app("All about one job.", "winjob_exporter show");
  Common common;
  std::string name;
  app.add_option("job", name, "Name of a job of the configuration, or of a kernel object")->required();
  AddCommon(app, common, false);
  if (const auto code = Parse(app, arguments)) return *code;
  const auto config = ReadOrPrint(common.file);
  if (!config) return kBadUse;
  JobView job = View(name, ObjectOf(*config, name));
  ViewLargest(10, job);
  if (common.json) Print(ToJson(job) + "\n");
  if (!job.open) return Fail("the job " + name + " (" + job.object + ") is not open: " + job.state);
  if (common.json) return kDone;

  const Counters& counters = job.counters;
  std::string processes;
  for (const ProcessId id : job.processes)
    processes += (processes.empty() ? "" : " ") + std::to_string(static_cast<std::uint64_t>(id));
  std::vector<std::vector<std::string>> rows = {
      {"object", job.object},
      {"state", job.state},
      {"user time", Seconds(counters.user_time)},
      {"kernel time", Seconds(counters.kernel_time)},
      {"processes now", Count(counters.active_processes)},
      {"processes started", Count(counters.total_processes)},
      {"ended by a limit", Count(counters.terminated_processes)},
      {"page faults", Count(counters.page_faults)},
      {"read", Size(counters.read_bytes) + " in " + Count(counters.read_operations)},
      {"written", Size(counters.write_bytes) + " in " + Count(counters.write_operations)},
      {"other I/O", Size(counters.other_bytes) + " in " + Count(counters.other_operations)},
      {"memory", Size(job.memory.current)},
      {"peak memory", Size(job.memory.peak_job)},
      {"process peak", Size(job.memory.peak_process)},
      {"process ids", processes.empty() ? "-" : processes},
  };
  if (job.limits)
    for (const Limit& limit : kLimits)
      if (limit.holds(*job.limits)) rows.push_back({"limit " + std::string(limit.name), LimitText(*job.limits, limit)});
  Print(Table(rows) + LargestTable(job));
  return kDone;
}

int Top(const Arguments& arguments) {
  CLI::App app("The jobs of a configuration that use most, refreshed in place.", "winjob_exporter top");
  Common common;
  double interval = 2;
  int count = 0;
  AddCommon(app, common, true);
  app.add_option("--interval", interval, "Seconds between two looks")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  app.add_option("--count", count, "Looks before it ends; 0: until it is stopped")->capture_default_str();
  if (const auto code = Parse(app, arguments)) return *code;
  const auto config = ReadOrPrint(common.file);
  if (!config) return kBadUse;

  StopSignal stop;
  std::map<std::string, Ticks> before;
  auto then = std::chrono::steady_clock::now();
  for (int looks = 1;; ++looks) {
    std::vector<JobView> jobs = ViewAll(*config);
    const auto now = std::chrono::steady_clock::now();
    const double passed = std::chrono::duration<double>(now - then).count();
    const auto used = [&](const JobView& job) -> std::optional<double> {
      const auto cpu = CpuTime(job.counters);
      const auto earlier = before.find(job.name);
      if (!cpu || earlier == before.end() || passed <= 0) return std::nullopt;
      return (cpu->seconds() - earlier->second.seconds()) / passed;
    };
    std::stable_sort(jobs.begin(), jobs.end(),
                     [&](const JobView& a, const JobView& b) { return used(a).value_or(0) > used(b).value_or(0); });
    if (common.json) {
      Print(JsonArray(jobs, [](const JobView& job) { return ToJson(job); }) + "\n");
    } else {
      std::vector<std::vector<std::string>> rows = {{"JOB", "STATE", "PROCESSES", "CORES", "MEMORY", "LIMIT"}};
      for (const JobView& job : jobs) {
        char cores[32] = "-";
        if (const auto value = used(job)) std::snprintf(cores, sizeof(cores), "%.2f", *value);
        rows.push_back(Row(job, cores));
      }
      constexpr const char* kHomeAndClear = "\x1b[H\x1b[2J";
      Print(kHomeAndClear + Table(rows));
    }
    for (const JobView& job : jobs)
      if (const auto cpu = CpuTime(job.counters)) before[job.name] = *cpu;
    then = now;
    if (looks == count) return kDone;
    const auto pause = std::chrono::milliseconds(static_cast<int>(interval * 1000));
    if (stop.WaitFor(pause)) return kDone;
  }
}

int Kill(const Arguments& arguments) {
  CLI::App app("Ends all processes of a job.", "winjob_exporter kill");
  std::string file, name;
  std::uint32_t exit_code = 1;
  app.add_option("job", name, "Name of a job of the configuration, or of a kernel object")->required();
  app.add_option("--config.file", file, "Configuration whose names of jobs are meant");
  app.add_option("--exit-code", exit_code, "What the processes end with")->capture_default_str();
  if (const auto code = Parse(app, arguments)) return *code;
  const auto config = ReadOrPrint(file);
  if (!config) return kBadUse;
  const std::string object = ObjectOf(*config, name);
  const Result<Job> job = Job::Open(object, abi::kJobQuery | abi::kJobTerminate);
  if (!job) return Fail("the job " + name + " (" + object + ") cannot be opened: " + job.error().message());
  Counters counters;
  std::ignore = job->QueryCounters(counters);  // only for what is printed
  if (const std::error_code error = job->Terminate(exit_code))
    return Fail("the job " + name + " cannot be ended: " + error.message());
  Print("ended the processes of " + name + ": " + Count(counters.active_processes) + "\n");
  return kDone;
}

}  // namespace winjob::exporter::cli
