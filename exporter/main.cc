// winjob_exporter: a subcommand by its word, or else the flags of the exporter itself.
#include <cstdio>
#include <string_view>

#include "exporter/arguments.h"
#include "exporter/flags.h"
#include "exporter/serve.h"
#include "exporter/service/service.h"
#include "exporter/stop_signal.h"

namespace winjob::exporter {
namespace {

/// A subcommand: takes the words after its own, returns the exit status.
struct Subcommand {
  std::string_view word;
  int (*run)(const std::vector<std::string>& words);
};

constexpr Subcommand kSubcommands[] = {
    {"service", [](const std::vector<std::string>& words) { return service::Main(words, Serve); }},
};

int Main(std::vector<std::string> words) {
  for (const Subcommand& subcommand : kSubcommands)
    if (!words.empty() && words[0] == subcommand.word) return subcommand.run({words.begin() + 1, words.end()});
  const auto parsed = ParseFlags(std::move(words));
  if (const auto* exit = std::get_if<EarlyExit>(&parsed)) {
    std::fputs(exit->text.c_str(), exit->code == 0 ? stdout : stderr);
    return exit->code;
  }
  StopSignal stop;
  return Serve(std::get<Flags>(parsed), stop);
}

}  // namespace
}  // namespace winjob::exporter

int main(int argc, char** argv) { return winjob::exporter::Main(winjob::exporter::Arguments(argc, argv)); }
