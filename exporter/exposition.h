// The words of the two formats that frame a family's samples: metadata lines, names, escapes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/negotiation.h"

namespace winjob::exporter {

enum class Type : std::uint8_t { kCounter, kGauge, kHistogram, kSummary, kUnknown };

/// `text` as a label value stands in both formats: backslash, quote and newline escaped.
[[nodiscard]] std::string EscapeLabelValue(std::string_view text);

/// `text` as HELP stands in a format: backslash and newline escaped, in OpenMetrics the quote too.
[[nodiscard]] std::string EscapeHelp(std::string_view text, Format format);

/// The lines before a family's samples. `name` is what the samples of a counter or gauge are called. OpenMetrics has
/// counters without their _total and gauges that end in _info as the type info, and names the unit, if it is the
/// name's last word.
[[nodiscard]] std::string Metadata(std::string_view name, std::string_view help, Type type, Format format);

/// What ends a page: "# EOF" in OpenMetrics, nothing in text.
[[nodiscard]] constexpr std::string_view PageEnd(Format format) noexcept {
  return format == Format::kOpenMetrics ? "# EOF\n" : "";
}

}  // namespace winjob::exporter
