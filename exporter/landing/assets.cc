#include <iterator>

#include "exporter/landing/embedded.h"
#include "exporter/landing/landing_page.h"

namespace winjob::exporter::landing {
namespace {

constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
    {".css", "text/css; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".svg", "image/svg+xml"}};

}  // namespace

std::optional<Asset> FindAsset(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  for (const Embedded& file : kEmbedded)
    if (file.name == path.substr(1))
      for (const auto& [ending, type] : kTypes)
        if (path.ends_with(ending)) return Asset{type, file.text};
  return std::nullopt;
}

}  // namespace winjob::exporter::landing
