#include "exporter/negotiation.h"

#include <gtest/gtest.h>

namespace winjob::exporter {
namespace {

constexpr std::string_view kText = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kText1 = "text/plain; version=1.0.0; charset=utf-8";
constexpr std::string_view kOpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

TEST(Negotiation, EveryScraperGetsTheFormatItAsksFor) {
  const struct {
    const char* client;
    const char* accept;
    Format format;
    std::string content_type;
  } kCases[] = {
      {"none", "", Format::kText, std::string(kText)},
      {"any", "*/*", Format::kText, std::string(kText)},
      {"a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Format::kText,
       std::string(kText)},
      {"Prometheus 2.42",
       "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
       "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       Format::kOpenMetrics, std::string(kOpenMetrics)},
      {"Prometheus 2.42 with native histograms",
       "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
       "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,"
       "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       Format::kOpenMetrics, std::string(kOpenMetrics)},
      {"Prometheus 3",
       "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
       "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
       "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
       Format::kOpenMetrics, std::string(kOpenMetrics) + "; escaping=allow-utf-8"},
      {"Prometheus 3 with old names",
       "application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.5,"
       "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=underscores;q=0.3,"
       "text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
       Format::kOpenMetrics, std::string(kOpenMetrics) + "; escaping=underscores"},
      {"Prometheus 3 with scrape_protocols: [PrometheusText1.0.0]",
       "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.2,*/*;q=0.1", Format::kText,
       std::string(kText1) + "; escaping=allow-utf-8"},
      {"the spelling of the published page", "text/plain;version=1.0.0;escaping=allow-utf8", Format::kText,
       std::string(kText1) + "; escaping=allow-utf-8"},
      {"a scheme of tomorrow", "text/plain;version=1.0.0;escaping=runes", Format::kText, std::string(kText1)},
      {"text before OpenMetrics by weight", "application/openmetrics-text;q=0.5,text/plain;q=0.6", Format::kText,
       std::string(kText)},
      {"the first of equals", "application/openmetrics-text,text/plain", Format::kOpenMetrics,
       std::string(kOpenMetrics)},
      {"the first of equals, turned round", "text/plain,application/openmetrics-text", Format::kText,
       std::string(kText)},
      {"without a version", "application/openmetrics-text", Format::kOpenMetrics, std::string(kOpenMetrics)},
      {"OpenMetrics of old", "application/openmetrics-text; version=\"0.0.1\"", Format::kOpenMetrics,
       "application/openmetrics-text; version=0.0.1; charset=utf-8"},
      {"a group", "application/*", Format::kOpenMetrics, std::string(kOpenMetrics)},
      {"anything but text", "text/plain;q=0, */*", Format::kOpenMetrics, std::string(kOpenMetrics)},
      {"anything but OpenMetrics", "application/openmetrics-text;q=0, */*;q=0.1", Format::kText, std::string(kText)},
      {"a version we do not have", "application/openmetrics-text;version=9.0.0", Format::kText, std::string(kText)},
      {"a version we do not have, or text", "text/plain;version=2.0.0,text/plain;version=0.0.4;q=0.1", Format::kText,
       std::string(kText)},
      {"nothing at all", "*/*;q=0", Format::kText, std::string(kText)},
      {"noise", ";;,\"\\,=;q=q,,text/plain;version", Format::kText, std::string(kText)},
      {"capitals", "Application/OpenMetrics-Text;Version=1.0.0", Format::kOpenMetrics, std::string(kOpenMetrics)},
  };
  for (const auto& c : kCases) {
    const MediaType chosen = NegotiateMediaType(c.accept);
    EXPECT_EQ(chosen.format, c.format) << c.client;
    EXPECT_EQ(chosen.content_type, c.content_type) << c.client;
  }
}

TEST(Negotiation, GzipOnlyForThoseWhoWantItAtLeastAsMuchAsNone) {
  const struct {
    const char* accept_encoding;
    bool gzip;
  } kCases[] = {{"", false},
                {"gzip", true},
                {"x-gzip", true},
                {"GZIP", true},
                {"*", true},
                {"deflate, gzip;q=1.0, *;q=0.5", true},
                {"gzip;q=0.001", true},
                {"gzip;q=0", false},
                {"gzip;q=0, *", false},
                {"*;q=0", false},
                {"identity", false},
                {"identity;q=0", false},
                {"gzip, identity", true},
                {"gzip;q=0.5, identity;q=0.5", true},
                {"gzip;q=0.5, identity", false},
                {"identity;q=0.5, *;q=0.4", false},
                {"deflate, br, zstd", false},
                {"gzipped", false},
                {"gzip;q=oops", false}};
  for (const auto& c : kCases) EXPECT_EQ(AcceptsGzip(c.accept_encoding), c.gzip) << c.accept_encoding;
}

}  // namespace
}  // namespace winjob::exporter
