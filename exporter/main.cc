// winjob_exporter: reads the configuration, watches its jobs, serves them, and stops when asked.
#include <cstdio>

#include "agent/agent.h"
#include "config/load.h"
#include "exporter/arguments.h"
#include "exporter/config_page.h"
#include "exporter/endpoints.h"
#include "exporter/flags.h"
#include "exporter/http/server.h"
#include "exporter/logging.h"
#include "exporter/self_metrics.h"
#include "exporter/site.h"
#include "exporter/stop_signal.h"
#include "exporter/version.h"

namespace winjob::exporter {
namespace {

enum ExitCode { kStopped = 0, kFailed = 1, kBadConfiguration = 2 };

void PrintErrors(const std::string& file, const config::Errors& errors) {
  for (const config::Error& error : errors) std::fprintf(stderr, "%s\n", config::Describe(file, error).c_str());
}

int Run(const Flags& flags, const config::Config& config) {
  StopSignal stop;
  auto sink = MakeLogSink(flags.log_level, flags.log_format, flags.log_file);
  if (!sink) {
    std::fprintf(stderr, "winjob_exporter: %s\n", sink.error().c_str());
    return kBadConfiguration;
  }
  const agent::Log log(std::move(*sink));
  const kernel::Identity identity = kernel::Identify();
  log.Info("starting winjob_exporter", {{"version", BuildVersion().version},
                                        {"revision", BuildVersion().revision},
                                        {"config_file", flags.config_file},
                                        {"jobs", config.jobs.size()}});
  log.Info("job objects of this kernel",
           {{"kernel", identity.kernel}, {"kernel_level", identity.level}, {"reason", identity.reason}});

  SelfMetrics self(identity);
  Endpoints endpoints(flags.telemetry_path, self);
  endpoints.ShowConfiguration(ConfigPageOfFile(flags.config_file));
  Site site(endpoints, self, flags.site, log);
  if (const std::string errors = site.Start(); !errors.empty()) {
    std::fputs(errors.c_str(), stderr);
    return kBadConfiguration;
  }
  http::ServerLimits limits;
  limits.requests = flags.max_requests;
  limits.connections = flags.max_connections;
  // The address first: a second instance must fail before it touches a job.
  auto server = http::Server::Start(flags.listen_addresses, site, limits);
  if (!server) {
    log.Error(server.error());
    return kFailed;
  }
  auto agent = agent::Agent::Start(config, log, [&](const agent::Snapshot& snapshot, std::chrono::nanoseconds took) {
    self.ObservePoll(snapshot, took);
    endpoints.ObservePoll(snapshot);
  });
  if (!agent) {
    log.Error("cannot make a completion port", {{"error", agent.error()}});
    return kFailed;
  }
  endpoints.Serve(**agent);
  for (const std::string& address : flags.listen_addresses)
    log.Info("listening", {{"address", address}, {"telemetry_path", flags.telemetry_path}});

  log.Info("stopping", {{"reason", std::string_view(stop.Wait())}});
  endpoints.BeginStop();
  (*agent)->Stop();  // first, so that no process outlives Ctrl-C for as long as a slow client takes
  server->reset();   // before the agent: requests under way still read it
  agent->reset();
  log.Info("stopped");
  return kStopped;
}

}  // namespace

int Main(int argc, char** argv) {
  const auto parsed = ParseFlags(Arguments(argc, argv));
  if (const auto* exit = std::get_if<EarlyExit>(&parsed)) {
    std::fputs(exit->text.c_str(), exit->code == 0 ? stdout : stderr);
    return exit->code;
  }
  const Flags& flags = std::get<Flags>(parsed);
  const auto config = config::LoadFile(flags.config_file);
  if (!config) {
    PrintErrors(flags.config_file, config.error());
    return kBadConfiguration;
  }
  return Run(flags, *config);
}

}  // namespace winjob::exporter

int main(int argc, char** argv) { return winjob::exporter::Main(argc, argv); }
