// Which build this is. The values come from the build system.
#pragma once

#include <string>
#include <string_view>

namespace winjob::exporter {

struct Version {
  std::string_view version, branch, revision, compiler, platform;
};

[[nodiscard]] const Version& BuildVersion() noexcept;

/// What `--version` prints, in the form that Prometheus' own programs use.
[[nodiscard]] std::string VersionText();

/// The same as JSON, in the form that windows_exporter has at /version.
[[nodiscard]] std::string VersionJson();

}  // namespace winjob::exporter
