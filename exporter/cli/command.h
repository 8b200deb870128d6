// The subcommands: what the program does besides serving.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "winjob/error.h"

namespace winjob::exporter::cli {

/// Exit codes of every subcommand but `run`, which gives that of its command.
enum ExitCode { kDone = 0, kFailed = 1, kBadUse = 2 };

using Arguments = std::vector<std::string>;

/// Runs the subcommand that the arguments begin with. Empty: they begin with none, which means to serve.
[[nodiscard]] std::optional<int> RunSubcommand(const Arguments& arguments);

/// A line for each subcommand, for --help.
[[nodiscard]] std::string ListSubcommands();

/// Reads the arguments of a subcommand. A value: what to return at once, after help or an error was printed.
[[nodiscard]] std::optional<int> Parse(CLI::App& app, Arguments arguments);

/// Prints `winjob_exporter: text` as an error and gives `code`.
int Fail(const std::string& text, int code = kFailed);

/// The configuration of --config.file; on an error prints all that is wrong. Empty path: an empty configuration.
[[nodiscard]] std::optional<config::Config> ReadOrPrint(const std::string& file);

int Check(const Arguments& arguments);
int Doctor(const Arguments& arguments);
int Explain(const Arguments& arguments);
int Kill(const Arguments& arguments);
int List(const Arguments& arguments);
int Metrics(const Arguments& arguments);
int Plan(const Arguments& arguments);
int Run(const Arguments& arguments);
int Show(const Arguments& arguments);
int Top(const Arguments& arguments);

}  // namespace winjob::exporter::cli
