// How long a scraper waits for its answer, as it says in a header.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace winjob::exporter {

/// From the value of X-Prometheus-Scrape-Timeout-Seconds: decimal seconds, less than a day. Empty: there is no such
/// header, or what it says is no such number.
[[nodiscard]] std::optional<std::chrono::milliseconds> ReadScrapeTimeout(std::string_view header) noexcept;

}  // namespace winjob::exporter
