#include "exporter/scrape_timeout.h"

#include <charconv>
#include <system_error>

namespace winjob::exporter {

std::optional<std::chrono::milliseconds> ReadScrapeTimeout(std::string_view header) noexcept {
  constexpr double kDay = 86'400;
  double seconds = 0;
  const char* const end = header.data() + header.size();
  const auto read = std::from_chars(header.data(), end, seconds);
  if (read.ec != std::errc() || read.ptr != end || !(seconds > 0 && seconds < kDay)) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
}

}  // namespace winjob::exporter
