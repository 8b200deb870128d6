// winjob_exporter: a subcommand by its word, or else the flags of the exporter itself.
#include <cstdio>

#include "exporter/arguments.h"
#include "exporter/cli/command.h"
#include "exporter/flags.h"
#include "exporter/serve.h"
#include "exporter/stop_signal.h"

namespace winjob::exporter {
namespace {

int Main(std::vector<std::string> words) {
  if (const auto code = cli::RunSubcommand(words)) return *code;
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
