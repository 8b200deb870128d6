// The page /config: the configuration file as the program read it, without what may be secret.
#pragma once

#include <string>

#include "config/yaml.h"

namespace winjob::exporter {

/// The tree as YAML. Values of `environment`, and the arguments of commands after the program, become <hidden>: both
/// are where people put tokens.
[[nodiscard]] std::string ConfigPage(const config::yaml::Node& root);

/// The same of a file; a comment that says why when it cannot be read any more.
[[nodiscard]] std::string ConfigPageOfFile(const std::string& path);

}  // namespace winjob::exporter
