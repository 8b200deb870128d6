#include "exporter/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "exporter/cli/command.h"
#include "exporter/listen_address.h"
#include "exporter/version.h"

namespace winjob::exporter {
namespace {

const std::map<std::string, agent::Severity> kLevels = {{"debug", agent::Severity::kDebug},
                                                        {"info", agent::Severity::kInfo},
                                                        {"warn", agent::Severity::kWarning},
                                                        {"error", agent::Severity::kError}};
const std::map<std::string, LogFormat> kFormats = {{"logfmt", LogFormat::kLogfmt}, {"json", LogFormat::kJson}};

}  // namespace

std::variant<Flags, EarlyExit> ParseFlags(std::vector<std::string> arguments) {
  Flags flags;
  std::string level = "info";
  std::string format = "logfmt";
  flags.listen_addresses = {":10058"};
  flags.telemetry_path = "/metrics";

  CLI::App app("Exports the accounting, limits and notifications of job objects to Prometheus.", "winjob_exporter");
  app.add_option("--config.file", flags.config_file, "Configuration file (YAML)")->required();
  app.add_flag("--config.retry,!--no-config.retry", flags.retry_config,
               "Read a configuration that is refused at the start again until it is right, instead of ending");
  bool auto_reload = false;
  int auto_reload_interval = 30;
  app.add_flag("--config.enable-auto-reload", auto_reload, "Read the file again when its contents have changed");
  app.add_option("--config.auto-reload-interval", auto_reload_interval, "Seconds between looks at the file")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  app.add_option("--web.listen-address", flags.listen_addresses, "Address to listen on; repeatable")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->capture_default_str();
  app.add_option("--web.telemetry-path,--telemetry.path", flags.telemetry_path, "Path of the metrics page")
      ->capture_default_str();
  app.add_option("--web.config.file", flags.site.web_config_file, "TLS, users, headers and rate limit (YAML)");
  app.add_flag("--web.open-health,!--no-web.open-health", flags.site.open_health,
               "Health and readiness need no password and count for no rate limit");
  app.add_flag("--web.enable-lifecycle", flags.lifecycle, "POST /-/reload has the file read again");
  app.add_option("--web.max-requests", flags.max_requests,
                 "Requests under way at once; further ones wait for a second, then get 503")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--web.max-connections", flags.max_connections,
                 "Connections at once; a further one takes the place of the one that has waited longest")
      ->check(CLI::Range(2, 100'000))
      ->capture_default_str();
  double margin = 0.5;
  app.add_option("--scrape.timeout-margin", margin, "Seconds to be ready before the scraper's own timeout")
      ->check(CLI::Range(0.0, 60.0))
      ->capture_default_str();
  app.add_option("--log.level", level, "Least severity to log")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str();
  app.add_option("--log.format", format, "Form of a log line")
      ->check(CLI::IsMember({"logfmt", "json"}))
      ->capture_default_str();
  app.add_option("--log.file", flags.log_file, "stderr, stdout, or a file that is appended to")->capture_default_str();
  app.footer("Besides serving, winjob_exporter SUBCOMMAND, each with --help:\n" + cli::ListSubcommands());
  app.set_version_flag("--version", VersionText(), "Print the version and exit");

  std::reverse(arguments.begin(), arguments.end());  // the order that CLI11 takes a vector in
  try {
    app.parse(arguments);
  } catch (const CLI::CallForVersion&) {
    return EarlyExit{0, VersionText()};
  } catch (const CLI::CallForHelp&) {
    return EarlyExit{0, app.help()};
  } catch (const CLI::ParseError& error) {
    return EarlyExit{2, std::string("winjob_exporter: ") + error.what() + "\nRun with --help for the flags.\n"};
  }
  if (!flags.telemetry_path.starts_with('/') || flags.telemetry_path.size() < 2)
    return EarlyExit{
        2, "winjob_exporter: --web.telemetry-path: \"" + flags.telemetry_path + "\" must be a path such as /metrics\n"};
  for (const std::string& address : flags.listen_addresses)
    if (!ParseListenAddress(address))
      return EarlyExit{2, "winjob_exporter: --web.listen-address: \"" + address +
                              "\" is not an address; write :10058, 127.0.0.1:10058 or [::1]:10058\n"};
  if (auto_reload) flags.auto_reload = std::chrono::seconds(auto_reload_interval);
  flags.site.timeout_margin = std::chrono::milliseconds(static_cast<int>(margin * 1000));
  flags.log_level = kLevels.at(level);
  flags.log_format = kFormats.at(format);
  return flags;
}

}  // namespace winjob::exporter
