// The program's arguments as UTF-8, which `main` does not give on Windows.
#pragma once

#include <string>
#include <vector>

namespace winjob::exporter {

/// The arguments after the program's name.
[[nodiscard]] std::vector<std::string> Arguments(int argc, char** argv);

}  // namespace winjob::exporter
