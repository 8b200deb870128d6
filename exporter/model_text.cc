#include "exporter/model_text.h"

#include <algorithm>
#include <cmath>

#include "exporter/exposition.h"
#include "exporter/value.h"

namespace winjob::exporter {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

std::string Number(double value) {
  char text[Value::kMaxText];
  return {text, WriteReal(value, text)};
}

/// A bound in `le` or `quantile`: OpenMetrics wants it to look like a real number.
std::string Bound(double value, Format format) {
  std::string text = Number(value);
  if (format == Format::kOpenMetrics && text.find_first_not_of("0123456789-") == text.npos) text += ".0";
  return text;
}

Type TypeOf(MetricType type) {
  if (type == MetricType::Counter) return Type::kCounter;
  if (type == MetricType::Gauge) return Type::kGauge;
  if (type == MetricType::Histogram) return Type::kHistogram;
  if (type == MetricType::Summary) return Type::kSummary;
  return Type::kUnknown;
}

/// Appends samples of one family in one format.
class SampleText {
 public:
  SampleText(std::string_view name, Format format, std::string& out) : name_(name), format_(format), out_(out) {}

  void Append(Type type, const ClientMetric& metric) {
    switch (type) {
      case Type::kCounter: return Counter(metric);
      case Type::kGauge: return Sample("", metric, Number(metric.gauge.value));
      case Type::kHistogram: return Histogram(metric);
      case Type::kSummary: return Summary(metric);
      case Type::kUnknown: return Sample("", metric, Number(metric.untyped.value));
    }
  }

 private:
  void Sample(std::string_view suffix, const ClientMetric& metric, std::string_view value, std::string_view bound = {},
              std::string_view bound_value = {}) {
    out_.append(name_).append(suffix);
    std::string_view separator = "{";
    const auto label = [&](std::string_view name, std::string_view text) {
      out_.append(separator).append(name).append("=\"").append(EscapeLabelValue(text)).append("\"");
      separator = ",";
    };
    for (const ClientMetric::Label& each : metric.label) label(each.name, each.value);
    if (!bound.empty()) label(bound, bound_value);
    out_.append(separator == "," ? "} " : " ").append(value).append("\n");
  }

  void Counter(const ClientMetric& metric) {
    const bool bare = format_ == Format::kOpenMetrics && !name_.ends_with("_total");
    Sample(bare ? "_total" : "", metric, Number(metric.counter.value));
  }

  void Histogram(const ClientMetric& metric) {
    const std::string count = Number(static_cast<double>(metric.histogram.sample_count));
    bool infinite = false;
    for (const ClientMetric::Bucket& bucket : metric.histogram.bucket) {
      infinite = infinite || std::isinf(bucket.upper_bound);
      Sample("_bucket", metric, Number(static_cast<double>(bucket.cumulative_count)), "le",
             Bound(bucket.upper_bound, format_));
    }
    if (!infinite) Sample("_bucket", metric, count, "le", "+Inf");
    Sample("_sum", metric, Number(metric.histogram.sample_sum));
    Sample("_count", metric, count);
  }

  void Summary(const ClientMetric& metric) {
    for (const ClientMetric::Quantile& quantile : metric.summary.quantile)
      Sample("", metric, Number(quantile.value), "quantile", Bound(quantile.quantile, format_));
    Sample("_sum", metric, Number(metric.summary.sample_sum));
    Sample("_count", metric, Number(static_cast<double>(metric.summary.sample_count)));
  }

  const std::string_view name_;
  const Format format_;
  std::string& out_;
};

}  // namespace

std::vector<FamilyText> ModelText(std::span<const MetricFamily> families, Format format) {
  std::vector<FamilyText> texts;
  for (const MetricFamily& family : families) {
    if (family.metric.empty()) continue;
    const Type type = TypeOf(family.type);
    FamilyText& text = texts.emplace_back(FamilyText{family.name, Metadata(family.name, family.help, type, format)});
    SampleText samples(text.name, format, text.text);
    for (const ClientMetric& metric : family.metric) samples.Append(type, metric);
  }
  std::sort(texts.begin(), texts.end(), [](const FamilyText& a, const FamilyText& b) { return a.name < b.name; });
  return texts;
}

}  // namespace winjob::exporter
