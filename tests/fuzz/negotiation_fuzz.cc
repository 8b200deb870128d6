// What a scraper says that it wants, a header a line: Accept, Accept-Encoding, X-Prometheus-Scrape-Timeout-Seconds.
#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "exporter/header_list.h"
#include "exporter/negotiation.h"
#include "exporter/scrape_timeout.h"

namespace {

using winjob::exporter::AcceptsGzip;
using winjob::exporter::Format;
using winjob::exporter::MediaType;
using winjob::exporter::NegotiateMediaType;

void Require(bool condition) {
  if (!condition) std::abort();
}

std::string TakeLine(std::string& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string line = text.substr(0, end);
  text.erase(0, end + 1);
  return line;
}

std::string Lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

bool Contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// Any answer is one of ours, in the form that its name says, and letters' case decides nothing.
void CheckAccept(const std::string& accept) {
  const MediaType type = NegotiateMediaType(accept);
  const bool open_metrics = type.format == Format::kOpenMetrics;
  Require(
      type.content_type.starts_with(open_metrics ? "application/openmetrics-text; version=" : "text/plain; version="));
  Require(Contains(std::string(type.content_type), "; charset=utf-8"));
  Require(NegotiateMediaType(Lower(accept)) == type);
  bool asked = false;  // by its name, or by a range of types where text is refused
  for (const char* range : {"application/openmetrics-text", "application/*", "*/*"})
    asked |= Contains(Lower(accept), range);
  Require(asked || !open_metrics);
}

void CheckAcceptEncoding(const std::string& accept) {
  const bool gzip = AcceptsGzip(accept);
  Require(AcceptsGzip(Lower(accept)) == gzip);
  Require(!gzip || Contains(Lower(accept), "gzip") || Contains(accept, "*"));
}

// Every item of a list is a part of it, and none is longer than what is left.
void CheckList(const std::string& text) {
  std::string_view list = text;
  for (std::size_t left = list.size() + 1; const auto part = winjob::exporter::NextPart(list, ',');) {
    Require(list.size() < left);
    left = list.size();
    Require(part->empty() || (part->data() >= text.data() && part->data() + part->size() <= text.data() + text.size()));
    const int weight = winjob::exporter::HeaderItem(*part).Weight();
    Require(weight >= 0 && weight <= 1000);
    if (left == 0) break;
  }
}

// As the C library reads the same text, in whole milliseconds, or not at all.
void CheckTimeout(const std::string& text) {
  const auto timeout = winjob::exporter::ReadScrapeTimeout(text);
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  const bool plain =
      text.find_first_not_of("0123456789.") == std::string::npos && !text.empty() && end == text.c_str() + text.size();
  if (plain) Require(timeout.has_value() == (seconds > 0 && seconds < 86'400));
  if (!timeout) return;
  Require(end == text.c_str() + text.size());
  const std::chrono::duration<double> read(seconds);
  Require(*timeout <= read && read - *timeout < std::chrono::milliseconds(1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  const std::string accept = TakeLine(text);
  CheckList(accept);
  CheckAccept(accept);
  CheckAcceptEncoding(TakeLine(text));
  CheckTimeout(TakeLine(text));
  return 0;
}
