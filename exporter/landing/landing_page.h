// The page at /: the jobs as a table that needs no script, and that the page's script then keeps up to date.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/landing/jobs_json.h"

namespace winjob::exporter::landing {

[[nodiscard]] std::string LandingPage(const AgentFacts& facts, std::span<const agent::JobDescription> jobs,
                                      const agent::Snapshot& snapshot, const std::vector<RecentEvent>& events,
                                      const Selection& selection);

struct Asset {
  std::string_view content_type;
  std::string_view text;
};

/// A file that the page loads, by its path, such as /landing.css. Empty: there is none of this name.
[[nodiscard]] std::optional<Asset> FindAsset(std::string_view path);

/// What the page may load and do: its own files, and nothing of others.
inline constexpr std::string_view kContentSecurityPolicy =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
    "'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n";

}  // namespace winjob::exporter::landing
