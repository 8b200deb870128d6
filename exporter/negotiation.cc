#include "exporter/negotiation.h"

#include <compare>
#include <optional>

#include "exporter/header_list.h"

namespace winjob::exporter {
namespace {

constexpr std::string_view kText = "text/plain";
constexpr std::string_view kOpenMetrics = "application/openmetrics-text";

/// A form that we can answer in. `escaping` is how names outside the old alphabet would be written; all of ours are
/// inside, so every scheme that a client asks for is kept.
struct Offer {
  Format format;
  std::string_view type, version, escaping, content_type;
};

// A range without a version means the first row of its type, and any type means the first row of all.
constexpr Offer kOffers[] = {
    {Format::kText, kText, "0.0.4", "", "text/plain; version=0.0.4; charset=utf-8"},
    {Format::kText, kText, "1.0.0", "", "text/plain; version=1.0.0; charset=utf-8"},
    {Format::kText, kText, "1.0.0", "allow-utf-8", "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8"},
    {Format::kText, kText, "1.0.0", "underscores", "text/plain; version=1.0.0; charset=utf-8; escaping=underscores"},
    {Format::kText, kText, "1.0.0", "dots", "text/plain; version=1.0.0; charset=utf-8; escaping=dots"},
    {Format::kText, kText, "1.0.0", "values", "text/plain; version=1.0.0; charset=utf-8; escaping=values"},
    {Format::kOpenMetrics, kOpenMetrics, "1.0.0", "", "application/openmetrics-text; version=1.0.0; charset=utf-8"},
    {Format::kOpenMetrics, kOpenMetrics, "1.0.0", "allow-utf-8",
     "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"},
    {Format::kOpenMetrics, kOpenMetrics, "1.0.0", "underscores",
     "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"},
    {Format::kOpenMetrics, kOpenMetrics, "1.0.0", "dots",
     "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=dots"},
    {Format::kOpenMetrics, kOpenMetrics, "1.0.0", "values",
     "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=values"},
    {Format::kOpenMetrics, kOpenMetrics, "0.0.1", "", "application/openmetrics-text; version=0.0.1; charset=utf-8"},
};

// The published page and Prometheus' code spell one scheme differently.
std::string_view Escaping(const HeaderItem& range) noexcept {
  const std::string_view escaping = range.Parameter("escaping");
  return SameWord(escaping, "allow-utf8") ? "allow-utf-8" : escaping;
}

/// How closely `range` names the offer: 0 not at all, 1 any type, 2 any of a group, 3 the type, more with parameters.
int Closeness(const HeaderItem& range, const Offer& offer) noexcept {
  const std::string_view group = offer.type.substr(0, offer.type.find('/'));
  if (range.value() == "*/*") return 1;
  if (range.value().ends_with("/*") && SameWord(range.value().substr(0, range.value().size() - 2), group)) return 2;
  if (!SameWord(range.value(), offer.type)) return 0;
  const std::string_view version = range.Parameter("version");
  if (version.empty()) return 3;
  if (version != offer.version) return 0;
  return SameWord(Escaping(range), offer.escaping) ? 5 : 4;
}

/// What a client thinks of an offer. Greater is better.
struct Preference {
  int weight = 0;
  int earliness = 0;  // of the range in the header: 0, -1, -2, ...
  int closeness = 0;

  friend auto operator<=>(const Preference&, const Preference&) = default;
};

/// The range that names the offer most closely decides.
Preference PreferenceFor(const Offer& offer, std::string_view accept) noexcept {
  Preference decided;
  for (int earliness = 0; const auto part = NextPart(accept, ','); --earliness) {
    const HeaderItem range(*part);
    const int closeness = Closeness(range, offer);
    if (closeness > decided.closeness) decided = {range.Weight(), earliness, closeness};
  }
  return decided;
}

}  // namespace

MediaType NegotiateMediaType(std::string_view accept) noexcept {
  const Offer* chosen = &kOffers[0];
  Preference best;
  for (const Offer& offer : kOffers) {
    const Preference preference = PreferenceFor(offer, accept);
    if (preference.weight == 0 || preference <= best) continue;
    chosen = &offer;
    best = preference;
  }
  return {chosen->format, chosen->content_type};
}

bool AcceptsGzip(std::string_view accept_encoding) noexcept {
  std::optional<int> gzip, any;
  int identity = 0;  // unless named, the plain body is the last resort
  while (const auto part = NextPart(accept_encoding, ',')) {
    const HeaderItem coding(*part);
    if (SameWord(coding.value(), "gzip") || SameWord(coding.value(), "x-gzip")) gzip = coding.Weight();
    if (SameWord(coding.value(), "identity")) identity = coding.Weight();
    if (coding.value() == "*") any = coding.Weight();
  }
  const int weight = gzip.value_or(any.value_or(0));
  return weight > 0 && weight >= identity;
}

}  // namespace winjob::exporter
