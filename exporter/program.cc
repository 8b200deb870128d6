#include "exporter/program.h"

#include <cstdio>

#include "exporter/cli/command.h"
#include "exporter/flags.h"
#include "exporter/serve.h"
#include "exporter/stop_signal.h"

namespace winjob::exporter {

int RunProgram(std::vector<std::string> words) {
  if (const auto code = cli::RunSubcommand(words)) return *code;
  const auto parsed = ParseFlags(std::move(words));
  if (const auto* exit = std::get_if<EarlyExit>(&parsed)) {
    std::fputs(exit->text.c_str(), exit->code == 0 ? stdout : stderr);
    return exit->code;
  }
  StopSignal stop;
  return Serve(std::get<Flags>(parsed), stop);
}

}  // namespace winjob::exporter
