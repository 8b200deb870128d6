// doctor: what of a configuration this kernel or these rights lack, found by trying on a job of its own.
#include <cstdio>

#include "agent/discoverer.h"
#include "agent/job_rights.h"
#include "agent/limit_keeper.h"
#include "exporter/cli/command.h"
#include "exporter/cli/table.h"
#include "winjob/capability.h"
#include "winjob/job.h"
#include "winjob/job_directory.h"
#include "winjob/json_object.h"
#include "winjob/limit_table.h"

namespace winjob::exporter::cli {
namespace {

struct Finding {
  std::string subject;  ///< a job, or "kernel"
  std::string feature;
  std::string lacks;
  std::string cost;
};

void AskKernel(std::vector<Finding>& findings) {
  const kernel::Identity identity = kernel::Identify();
  if (!identity.reason.empty())
    findings.push_back({"kernel", "level " + std::string(identity.level), std::string(identity.reason),
                        "limits and counters of a higher level are refused or absent"});
  const Result<Capabilities> found = Capabilities::Probe();
  if (!found) {
    findings.push_back({"kernel", "jobs", found.error().message(), "no job can be made"});
    return;
  }
  for (const ProbedClass& row : kProbedClasses)
    if (!found->Has(row.number))
      findings.push_back({"kernel", std::string(row.name), "this kernel has no such information",
                          "its series are absent, its limits refused"});
}

void TryLimits(const config::JobConfig& config, std::vector<Finding>& findings) {
  std::string refused;
  const Limits wanted = agent::WantedLimits(config, kernel::ProcessorCount(), refused);
  if (!refused.empty()) findings.push_back({config.name, "cpu", refused, "the job runs without this limit"});
  Result<Job> job = Job::Create();
  if (!job) {
    findings.push_back({config.name, "job", job.error().message(), "the job cannot be made"});
    return;
  }
  for (const Limit& row : kLimits) {
    Limits one;
    row.copy(wanted, one);
    if (!row.holds(wanted)) continue;
    const LimitError error = job->SetLimits(one);
    if (!error) continue;
    std::string lacks = Describe(error);
    if (!row.privilege.empty()) lacks += "; some values need " + std::string(row.privilege);
    findings.push_back({config.name, std::string(row.name), lacks, "the job runs without this limit"});
  }
  if (config.notify == NotificationLimits{}) return;  // which not every kernel has
  if (const NotificationLimitError error = job->SetNotificationLimits(config.notify))
    findings.push_back({config.name, "notify", Describe(error), "these violations are not reported"});
}

// Of jobs that are observed only the right to ask is needed; that they can be listed, too.
void TryDiscovery(const config::Config& config, std::vector<Finding>& findings) {
  if (config.discover.empty()) return;
  const Result<std::vector<std::string>> names = ListJobNames();
  if (!names) findings.push_back({"discover", "the list of jobs", names.error().message(), "no job is discovered"});
}

void TryToOpen(const config::JobConfig& config, std::vector<Finding>& findings) {
  const bool must_exist = config.mode == config::Mode::kOpen || config.mode == config::Mode::kObserve;
  for (const agent::JobRight& right : agent::JobRights()) {
    if (!right.used(config)) continue;
    const Result<Job> job = Job::Open(config.object, right.bit);
    if (job || (job.error() == Win32Error::kFileNotFound && !must_exist)) continue;
    const bool refused = job.error() == Win32Error::kAccessDenied;
    findings.push_back({config.name, refused ? "the right to " + std::string(right.name) : "the job",
                        config.object + ": " + job.error().message(),
                        std::string(refused ? right.lost : agent::JobRights()[0].lost)});
    if (!refused) return;  // it is the same for each right
  }
}

}  // namespace

int Doctor(const Arguments& arguments) {
  CLI::App app("Tells what of a configuration this kernel or these rights lack.", "winjob_exporter doctor");
  std::string file;
  bool json = false;
  app.add_option("--config.file", file, "Configuration file (YAML)")->required();
  app.add_flag("--json", json, "JSON instead of a table");
  if (const auto code = Parse(app, arguments)) return *code;
  const auto config = ReadOrPrint(file);
  if (!config) return kBadUse;

  std::vector<Finding> findings;
  AskKernel(findings);
  const std::size_t of_kernel = findings.size();
  for (const config::JobConfig& job : config->jobs) {
    TryToOpen(job, findings);
    if (job.mode != config::Mode::kObserve) TryLimits(job, findings);
  }
  TryDiscovery(*config, findings);
  for (const config::JobConfig& job : agent::DiscoverNow(*config)) TryToOpen(job, findings);
  if (json) {
    std::printf("%s\n", JsonArray(findings, [](const Finding& finding) {
                          JsonObject object;
                          object.Add("subject", std::string_view(finding.subject));
                          object.Add("feature", std::string_view(finding.feature));
                          object.Add("lacks", std::string_view(finding.lacks));
                          object.Add("cost", std::string_view(finding.cost));
                          return object.Text();
                        }).c_str());
  } else {
    std::vector<std::vector<std::string>> rows = {{"SUBJECT", "FEATURE", "WHAT IS LACKING, AND WHAT THAT COSTS"}};
    for (const Finding& finding : findings)
      rows.push_back({finding.subject, finding.feature, finding.lacks + ": " + finding.cost});
    std::fputs(findings.empty() ? "nothing is lacking\n" : Table(rows).c_str(), stdout);
  }
  return findings.size() == of_kernel ? kDone : kFailed;
}

}  // namespace winjob::exporter::cli
