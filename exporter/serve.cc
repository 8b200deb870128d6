#include "exporter/serve.h"

#include <cstdio>
#include <tuple>

#include "agent/agent.h"
#include "config/load.h"
#include "exporter/config_page.h"
#include "exporter/configuration.h"
#include "exporter/endpoints.h"
#include "exporter/http/server.h"
#include "exporter/logging.h"
#include "exporter/reload.h"
#include "exporter/self_metrics.h"
#include "exporter/service/events.h"
#include "exporter/site.h"
#include "exporter/version.h"

namespace winjob::exporter {
namespace {

constexpr std::chrono::seconds kConfigRetry{5};

using LoadedConfig = Result<config::Config, config::Errors>;

// What keeps the program from starting stands on standard error, and in the log where that is elsewhere, too: a
// service's standard error is nowhere.
void TellWhyNot(const Flags& flags, const agent::Log& log, const std::string& errors) {
  std::fputs(errors.c_str(), stderr);
  if (flags.log_file != "stderr" || !flags.event_source.empty()) log.Error("cannot start", {{"errors", errors}});
}

// The configuration once it is right, or the request to stop that came before.
Result<config::Config, Requests::Request> AwaitConfig(LoadedConfig config, const Flags& flags, Requests& requests,
                                                      const agent::Log& log, SelfMetrics& self, Endpoints& endpoints) {
  std::string told;
  for (; !config; config = config::LoadFile(flags.config_file)) {
    self.ObserveReload(false);
    endpoints.RefuseConfiguration();
    if (std::string errors = DescribeAll(flags.config_file, config.error()); errors != told) {
      log.Error("the configuration is refused; no job is watched until it is right",
                {{"config_file", flags.config_file}, {"errors", errors}});
      told = std::move(errors);
    }
    const auto request = requests.WaitFor(kConfigRetry);
    if (request && !request->reload) return *request;
  }
  self.ObserveReload(true);
  return std::move(*config);
}

// Follows the configuration until the program is asked to stop.
Requests::Request FollowUntilStop(Requests& requests, Reloader& reloader,
                                  std::optional<std::chrono::milliseconds> auto_reload) {
  while (true) {
    const auto request = auto_reload ? requests.WaitFor(*auto_reload) : requests.Wait();
    if (!request)
      reloader.ReloadIfChanged();
    else if (request->reload)
      std::ignore = reloader.Reload();  // which logs its outcome
    else
      return *request;
  }
}

}  // namespace

int Serve(const Flags& flags, Requests& requests) {
  const agent::LogSink events =
      flags.event_source.empty() ? nullptr : service::EventSink(service::EventWriterFor(flags.event_source));
  auto sink = MakeLogSink(flags.log_level, flags.log_format, flags.log_file, events);
  if (!sink) {
    const std::string errors = "winjob_exporter: " + sink.error() + "\n";
    std::fputs(errors.c_str(), stderr);
    if (events) agent::Log(events).Error("cannot start", {{"errors", errors}});
    return kBadConfiguration;
  }
  const agent::Log log(std::move(*sink));
  LoadedConfig loaded = config::LoadFile(flags.config_file);
  if (!loaded && !flags.retry_config) {
    TellWhyNot(flags, log, DescribeAll(flags.config_file, loaded.error()));
    return kBadConfiguration;
  }
  const kernel::Identity identity = kernel::Identify();
  log.Info(
      "starting winjob_exporter",
      {{"version", BuildVersion().version}, {"revision", BuildVersion().revision}, {"config_file", flags.config_file}});
  log.Info("job objects of this kernel",
           {{"kernel", identity.kernel}, {"kernel_level", identity.level}, {"reason", identity.reason}});

  SelfMetrics self(identity);
  Endpoints endpoints(flags.telemetry_path, self);
  Site site(endpoints, self, flags.site, log);
  if (const std::string errors = site.Start(); !errors.empty()) {
    TellWhyNot(flags, log, errors);
    return kBadConfiguration;
  }
  http::ServerLimits limits;
  limits.requests = flags.max_requests;
  limits.connections = flags.max_connections;
  // The address first: a second instance must fail before it touches a job.
  auto server = http::Server::Start(flags.listen_addresses, site, limits);
  if (!server) {
    TellWhyNot(flags, log, "winjob_exporter: " + server.error() + "\n");
    return kFailed;
  }
  const auto config = AwaitConfig(std::move(loaded), flags, requests, log, self, endpoints);
  if (!config) {
    log.Info("stopping", {{"reason", std::string_view(config.error().by)}});
    return kStopped;
  }
  endpoints.ShowConfiguration(ConfigPageOfFile(flags.config_file));
  auto agent = agent::Agent::Start(*config, log, [&](const agent::Snapshot& snapshot, std::chrono::nanoseconds took) {
    self.ObservePoll(snapshot, took);
    endpoints.ObservePoll(snapshot);
  });
  if (!agent) {
    log.Error("cannot make a completion port", {{"error", agent.error()}});
    return kFailed;
  }
  Reloader reloader(flags.config_file, **agent, self, log,
                    [&] { endpoints.ShowConfiguration(ConfigPageOfFile(flags.config_file)); });
  endpoints.Serve(**agent, flags.lifecycle ? &reloader : nullptr);
  for (const std::string& address : flags.listen_addresses)
    log.Info("listening",
             {{"address", address}, {"telemetry_path", flags.telemetry_path}, {"jobs", config->jobs.size()}});

  const Requests::Request request = FollowUntilStop(requests, reloader, flags.auto_reload);
  log.Info("stopping", {{"reason", std::string_view(request.by)}});
  endpoints.BeginStop();
  (*agent)->Stop();  // first, so that no process outlives Ctrl-C for as long as a slow client takes
  server->reset();   // before the agent: requests under way still read it
  agent->reset();
  log.Info("stopped");
  return kStopped;
}

}  // namespace winjob::exporter
