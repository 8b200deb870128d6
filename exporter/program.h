// The program behind its entry point, which is another on each system.
#pragma once

#include <string>
#include <vector>

namespace winjob::exporter {

/// Runs winjob_exporter: a subcommand by its word, or else the exporter itself. `words`: its arguments after the
/// program's name, in UTF-8. The answer is the exit status.
[[nodiscard]] int RunProgram(std::vector<std::string> words);

}  // namespace winjob::exporter
