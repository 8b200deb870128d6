// From a file's text to a Config, or to everything that is wrong with it.
#pragma once

#include <string>
#include <string_view>

#include "config/config.h"
#include "config/errors.h"

namespace winjob::config {

/// Bytes. A larger file is hardly a configuration.
inline constexpr std::size_t kMaxConfigFile = 16U << 20;

/// Reads a configuration. Errors: all of them at once, in file order, each with line, column and key.
[[nodiscard]] Result<Config, Errors> Load(std::string_view text);

/// The same from a file. `path` is UTF-8. Errors: a file that cannot be read or is larger than 16 MiB, too.
[[nodiscard]] Result<Config, Errors> LoadFile(const std::string& path);

}  // namespace winjob::config
