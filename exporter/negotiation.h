// Which of the forms that a page can have a client wants, by its headers Accept and Accept-Encoding.
#pragma once

#include <cstdint>
#include <string_view>

namespace winjob::exporter {

/// The languages that a page can be written in.
enum class Format : std::uint8_t {
  kText,         ///< Prometheus' text format 0.0.4; 1.0.0 differs only in names, of which we have none that need it
  kOpenMetrics,  ///< OpenMetrics text 1.0
};

/// A format under the name that the client asked for.
struct MediaType {
  Format format;
  std::string_view content_type;  ///< the header Content-Type of the answer

  friend bool operator==(const MediaType&, const MediaType&) = default;
};

/// The form with the highest weight in `accept`, among equals the one that stands first. Without the header, for any
/// type, and for a client that accepts nothing we have, it is text 0.0.4, which every scraper reads.
/// Source: https://prometheus.io/docs/instrumenting/content_negotiation/
[[nodiscard]] MediaType NegotiateMediaType(std::string_view accept) noexcept;

/// Whether the client wants gzip at least as much as the plain body.
/// Source: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
[[nodiscard]] bool AcceptsGzip(std::string_view accept_encoding) noexcept;

}  // namespace winjob::exporter
