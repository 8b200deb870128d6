#include "exporter/version.h"

namespace winjob::exporter {

const Version& BuildVersion() noexcept {
  static constexpr Version kVersion{WINJOB_VERSION, WINJOB_BRANCH, WINJOB_REVISION, WINJOB_COMPILER, WINJOB_PLATFORM};
  return kVersion;
}

std::string VersionText() {
  const Version& build = BuildVersion();
  std::string text = "winjob_exporter, version ";
  text.append(build.version).append(" (branch: ").append(build.branch);
  text.append(", revision: ").append(build.revision).append(")\n  compiler: ").append(build.compiler);
  return text.append("\n  platform: ").append(build.platform).append("\n");
}

std::string VersionJson() {
  const Version& build = BuildVersion();
  const std::pair<std::string_view, std::string_view> members[] = {{"version", build.version},
                                                                   {"revision", build.revision},
                                                                   {"branch", build.branch},
                                                                   {"compiler", build.compiler},
                                                                   {"platform", build.platform}};
  std::string json;
  for (const auto& [name, value] : members)
    json.append(json.empty() ? "{\"" : ",\"").append(name).append("\":\"").append(value).append("\"");
  return json + "}\n";
}

}  // namespace winjob::exporter
