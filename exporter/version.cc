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

}  // namespace winjob::exporter
