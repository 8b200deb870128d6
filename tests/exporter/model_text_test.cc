#include "exporter/model_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace winjob::exporter {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

std::string Text(const MetricFamily& family, Format format) {
  const std::vector<FamilyText> texts = ModelText(std::span(&family, 1), format);
  return texts.empty() ? "" : texts[0].text;
}

MetricFamily Histogram() {
  ClientMetric metric;
  metric.label = {{"a", "b\"c"}};
  metric.histogram = {7, 2.5, {{3, 0.0001}, {5, 1}, {7, std::numeric_limits<double>::infinity()}}};
  return {"h_seconds", "H.", MetricType::Histogram, {metric}};
}

TEST(ModelText, HistogramsHaveBucketsSumAndCount) {
  EXPECT_EQ(Text(Histogram(), Format::kText),
            "# HELP h_seconds H.\n# TYPE h_seconds histogram\n"
            "h_seconds_bucket{a=\"b\\\"c\",le=\"0.0001\"} 3\n"
            "h_seconds_bucket{a=\"b\\\"c\",le=\"1\"} 5\n"
            "h_seconds_bucket{a=\"b\\\"c\",le=\"+Inf\"} 7\n"
            "h_seconds_sum{a=\"b\\\"c\"} 2.5\n"
            "h_seconds_count{a=\"b\\\"c\"} 7\n");
}

// https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md#considerations-canonical-numbers
TEST(ModelText, BoundsInOpenMetricsAreReals) {
  EXPECT_EQ(Text(Histogram(), Format::kOpenMetrics),
            "# TYPE h_seconds histogram\n# UNIT h_seconds seconds\n# HELP h_seconds H.\n"
            "h_seconds_bucket{a=\"b\\\"c\",le=\"0.0001\"} 3\n"
            "h_seconds_bucket{a=\"b\\\"c\",le=\"1.0\"} 5\n"
            "h_seconds_bucket{a=\"b\\\"c\",le=\"+Inf\"} 7\n"
            "h_seconds_sum{a=\"b\\\"c\"} 2.5\n"
            "h_seconds_count{a=\"b\\\"c\"} 7\n");
}

TEST(ModelText, AHistogramWithoutItsLastBucketGetsIt) {
  MetricFamily family = Histogram();
  family.metric[0].histogram.bucket.pop_back();
  EXPECT_EQ(Text(family, Format::kText), Text(Histogram(), Format::kText));
}

TEST(ModelText, CountersGaugesSummariesAndUntyped) {
  ClientMetric metric;
  metric.counter.value = 3;
  metric.gauge.value = -std::numeric_limits<double>::infinity();
  metric.untyped.value = std::numeric_limits<double>::quiet_NaN();
  metric.summary = {11, 13.5, {{0.5, 17}, {1, 19}}};
  EXPECT_EQ(Text({"c", "", MetricType::Counter, {metric}}, Format::kText), "# TYPE c counter\nc 3\n");
  EXPECT_EQ(Text({"c", "", MetricType::Counter, {metric}}, Format::kOpenMetrics), "# TYPE c counter\nc_total 3\n");
  EXPECT_EQ(Text({"c_total", "", MetricType::Counter, {metric}}, Format::kOpenMetrics),
            "# TYPE c counter\nc_total 3\n");
  EXPECT_EQ(Text({"g", "", MetricType::Gauge, {metric}}, Format::kText), "# TYPE g gauge\ng -Inf\n");
  EXPECT_EQ(Text({"u", "", MetricType::Untyped, {metric}}, Format::kText), "# TYPE u untyped\nu NaN\n");
  EXPECT_EQ(Text({"s", "", MetricType::Summary, {metric}}, Format::kOpenMetrics),
            "# TYPE s summary\ns{quantile=\"0.5\"} 17\ns{quantile=\"1.0\"} 19\ns_sum 13.5\ns_count 11\n");
}

TEST(ModelText, FamiliesAreSortedAndEmptyOnesLeftOut) {
  const ClientMetric metric;
  const MetricFamily families[] = {
      {"b", "", MetricType::Gauge, {metric}}, {"c", "", MetricType::Gauge, {}}, {"a", "", MetricType::Gauge, {metric}}};
  const std::vector<FamilyText> texts = ModelText(families, Format::kText);
  ASSERT_EQ(texts.size(), 2u);
  EXPECT_EQ(texts[0].name, "a");
  EXPECT_EQ(texts[1].name, "b");
}

}  // namespace
}  // namespace winjob::exporter
