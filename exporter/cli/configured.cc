// check, plan, explain, metrics: what the program would do with a configuration.
#include <cstdio>

#include "agent/adopter.h"
#include "agent/membership.h"
#include "agent/plan.h"
#include "config/load.h"
#include "exporter/cli/command.h"
#include "exporter/cli/table.h"
#include "exporter/configuration.h"
#include "exporter/endpoints.h"
#include "exporter/logging.h"
#include "winjob/json_object.h"

namespace winjob::exporter::cli {
namespace {

std::string ErrorsAsJson(const config::Errors& errors) {
  return JsonArray(errors, [](const config::Error& error) {
    JsonObject object;
    object.Add("line", error.line);
    object.Add("column", error.column);
    object.Add("key", std::string_view(error.key));
    object.Add("error", std::string_view(error.text));
    return object.Text();
  });
}

}  // namespace

int Check(const Arguments& arguments) {
  CLI::App app("Reads a configuration and prints all that is wrong with it.", "winjob_exporter check");
  std::string file;
  bool json = false;
  app.add_option("--config.file,file", file, "Configuration file (YAML)")->required();
  app.add_flag("--json", json, "JSON instead of lines");
  if (const auto code = Parse(app, arguments)) return *code;
  const auto config = config::LoadFile(file);
  const config::Errors errors = config ? config::Errors{} : config.error();
  if (json) {
    JsonObject object;
    object.Add("file", std::string_view(file));
    object.Add("valid", errors.empty());
    object.AddRaw("errors", ErrorsAsJson(errors));
    std::printf("%s\n", object.Text().c_str());
  } else if (config) {
    const std::string patterns =
        config->discover.empty() ? "" : ", " + std::to_string(config->discover.size()) + " patterns for jobs of others";
    std::printf("%s: no mistakes; %s jobs%s\n", file.c_str(), std::to_string(config->jobs.size()).c_str(),
                patterns.c_str());
  } else {
    std::fputs(DescribeAll(file, errors).c_str(), stderr);
  }
  return errors.empty() ? kDone : kBadUse;
}

int Plan(const Arguments& arguments) {
  CLI::App app("Tells what a reload would change.", "winjob_exporter plan");
  std::string file, from;
  bool json = false;
  app.add_option("--config.file", file, "The new configuration")->required();
  app.add_option("--from", from,
                 "The configuration that is followed now; without one, the jobs are asked whether they are there, and "
                 "which limits they have");
  app.add_flag("--json", json, "JSON instead of lines");
  if (const auto code = Parse(app, arguments)) return *code;
  const auto before = ReadOrPrint(from);
  const auto after = ReadOrPrint(file);
  if (!before || !after) return kBadUse;
  const agent::Plan plan = from.empty() ? agent::PlanFromJobs(*after) : agent::MakePlan(*before, *after);
  std::fputs((json ? agent::ToJson(plan) + "\n" : agent::Describe(plan)).c_str(), stdout);
  return kDone;
}

int Explain(const Arguments& arguments) {
  CLI::App app("Tells which adoption rule takes a process, and why not the others.", "winjob_exporter explain");
  std::string file;
  std::uint32_t process = 0;
  bool json = false;
  app.add_option("pid", process, "Id of a running process")->required();
  app.add_option("--config.file", file, "Configuration file (YAML)")->required();
  app.add_flag("--json", json, "JSON instead of a table");
  if (const auto code = Parse(app, arguments)) return *code;
  const auto config = ReadOrPrint(file);
  if (!config) return kBadUse;
  const agent::Log silent([](auto&&...) {});
  const auto verdicts = agent::Adopter(*config, silent).Explain(ProcessId{process});
  if (!verdicts) return Fail("process " + std::to_string(process) + ": " + verdicts.error());

  const std::string has_it = agent::JobThatHas(ProcessId{process}, *config);
  const std::string stays = has_it.empty() ? "" : "it is in the job " + has_it + ", and a member is never moved";
  bool taken = false;
  std::vector<std::vector<std::string>> rows = {{"JOB", "RULE", "VERDICT", "BECAUSE"}};
  std::string text = JsonArray(*verdicts, [&](const agent::RuleVerdict& verdict) {
    const bool decides = verdict.matches && !taken;
    const std::string_view word = !verdict.matches ? "no" : taken ? "too late" : stays.empty() ? "takes it" : "stays";
    const std::string matches = verdict.matches && verdict.reason.empty() ? "all of it matches" : verdict.reason;
    const std::string reason = decides && !stays.empty() ? stays : matches;
    taken = taken || verdict.matches;
    rows.push_back({verdict.job, std::to_string(verdict.rule), std::string(word), reason});
    JsonObject object;
    object.Add("job_object", std::string_view(verdict.job));
    object.Add("rule", verdict.rule);
    object.Add("verdict", word);
    object.Add("reason", std::string_view(reason));
    return object.Text();
  });
  if (!taken && !stays.empty()) rows.push_back({has_it, "-", "stays", stays});
  std::fputs((json ? text + "\n" : Table(rows)).c_str(), stdout);
  return kDone;
}

int Metrics(const Arguments& arguments) {
  CLI::App app("Prints the metrics page once, without touching the jobs.", "winjob_exporter metrics");
  std::string file;
  bool once = false;
  app.add_option("--config.file", file, "Configuration file (YAML)")->required();
  app.add_flag("--once", once, "Print one page and end; the only way there is")->required();
  if (const auto code = Parse(app, arguments)) return *code;
  auto config = ReadOrPrint(file);
  if (!config) return kBadUse;
  for (config::JobConfig& job : config->jobs) {
    job.mode = config::Mode::kObserve;
    job.start.clear();
    job.adopt.clear();
    job.on_exit = config::OnExit::kRelease;
  }
  auto sink = MakeLogSink(agent::Severity::kError, LogFormat::kLogfmt);
  if (!sink) return Fail(sink.error());
  SelfMetrics self(kernel::Identify());
  auto agent = agent::Agent::Start(
      *config, agent::Log(std::move(*sink)),
      [&](const agent::Snapshot& snapshot, std::chrono::nanoseconds took) { self.ObservePoll(snapshot, took); });
  if (!agent) return Fail("no completion port: " + agent.error().message());
  constexpr const char* kPath = "/metrics";
  Endpoints endpoints(kPath, self);
  endpoints.Serve(**agent);
  Buffer page;
  const Response response = endpoints.Handle({"GET", kPath}, page);
  std::fwrite(response.body.data(), 1, response.body.size(), stdout);
  return kDone;
}

}  // namespace winjob::exporter::cli
