#include "exporter/cli/command.h"

#include <algorithm>
#include <cstdio>

#include "config/load.h"
#include "exporter/configuration.h"
#include "exporter/serve.h"
#include "exporter/service/service.h"

namespace winjob::exporter::cli {
namespace {

struct Subcommand {
  std::string_view name;
  std::string_view summary;
  int (*run)(const Arguments& arguments);
};

constexpr Subcommand kSubcommands[] = {
    {"check", "read a configuration and print all that is wrong with it", Check},
    {"doctor", "tell what of a configuration this kernel or these rights lack", Doctor},
    {"explain", "tell which adoption rule takes a process, and why not the others", Explain},
    {"kill", "end all processes of a job", Kill},
    {"list", "the jobs of a configuration as they are now", List},
    {"metrics", "print the metrics page once, without touching the jobs", Metrics},
    {"plan", "tell what a reload would change", Plan},
    {"run", "run a command in a new job, under limits", Run},
    {"service", "the program as a Windows service",
     [](const Arguments& arguments) { return service::Main(arguments, Serve); }},
    {"show", "all about one job: counters, memory, limits, processes", Show},
    {"top", "the jobs that use most, refreshed in place", Top},
};

}  // namespace

std::optional<int> RunSubcommand(const Arguments& arguments) {
  if (arguments.empty() || arguments[0].starts_with('-')) return std::nullopt;
  const auto found = std::find_if(std::begin(kSubcommands), std::end(kSubcommands),
                                  [&](const Subcommand& row) { return row.name == arguments[0]; });
  if (found == std::end(kSubcommands))
    return Fail("there is no subcommand \"" + arguments[0] + "\"; there are:\n" + ListSubcommands(), kBadUse);
  return found->run({arguments.begin() + 1, arguments.end()});
}

std::string ListSubcommands() {
  std::string text;
  for (const Subcommand& row : kSubcommands) {
    constexpr std::size_t kWidth = 10;
    text.append("  ").append(row.name).append(kWidth - row.name.size(), ' ').append(row.summary).append("\n");
  }
  return text;
}

std::optional<int> Parse(CLI::App& app, Arguments arguments) {
  std::reverse(arguments.begin(), arguments.end());  // the order that CLI11 takes a vector in
  try {
    app.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help().c_str(), stdout);
    return kDone;
  } catch (const CLI::ParseError& error) {
    return Fail(app.get_name() + ": " + error.what() + "\nRun it with --help for its flags.", kBadUse);
  }
  return std::nullopt;
}

int Fail(const std::string& text, int code) {
  std::fprintf(stderr, "winjob_exporter: %s%s", text.c_str(), text.ends_with('\n') ? "" : "\n");
  return code;
}

std::optional<config::Config> ReadOrPrint(const std::string& file) {
  if (file.empty()) return config::Config{};
  auto config = config::LoadFile(file);
  if (config) return std::move(*config);
  std::fputs(DescribeAll(file, config.error()).c_str(), stderr);
  return std::nullopt;
}

}  // namespace winjob::exporter::cli
