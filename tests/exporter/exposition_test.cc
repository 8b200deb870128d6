#include "exporter/exposition.h"

#include <gtest/gtest.h>

namespace winjob::exporter {
namespace {

// Backslash, quote and newline in label values; in HELP the quote only in OpenMetrics, whose ABNF asks for it.
TEST(Exposition, EscapesAsEachFormatSays) {
  EXPECT_EQ(EscapeLabelValue("a\\b\"c\nd\te"), "a\\\\b\\\"c\\nd\te");
  EXPECT_EQ(EscapeHelp("a\\b\"c\nd", Format::kText), "a\\\\b\"c\\nd");
  EXPECT_EQ(EscapeHelp("a\\b\"c\nd", Format::kOpenMetrics), "a\\\\b\\\"c\\nd");
}

TEST(Exposition, MetadataOfEachTypeInEachFormat) {
  const struct {
    Type type;
    const char* name;
    const char* text;
    const char* open_metrics;
  } kCases[] = {
      {Type::kCounter, "a_total", "# HELP a_total H.\n# TYPE a_total counter\n", "# TYPE a counter\n# HELP a H.\n"},
      {Type::kCounter, "a", "# HELP a H.\n# TYPE a counter\n", "# TYPE a counter\n# HELP a H.\n"},
      {Type::kGauge, "a_total", "# HELP a_total H.\n# TYPE a_total gauge\n",
       "# TYPE a_total gauge\n# HELP a_total H.\n"},
      {Type::kGauge, "a_info", "# HELP a_info H.\n# TYPE a_info gauge\n", "# TYPE a info\n# HELP a H.\n"},
      {Type::kHistogram, "a_seconds", "# HELP a_seconds H.\n# TYPE a_seconds histogram\n",
       "# TYPE a_seconds histogram\n# UNIT a_seconds seconds\n# HELP a_seconds H.\n"},
      {Type::kSummary, "a_bytes", "# HELP a_bytes H.\n# TYPE a_bytes summary\n",
       "# TYPE a_bytes summary\n# UNIT a_bytes bytes\n# HELP a_bytes H.\n"},
      {Type::kUnknown, "a", "# HELP a H.\n# TYPE a untyped\n", "# TYPE a unknown\n# HELP a H.\n"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Metadata(c.name, "H.", c.type, Format::kText), c.text);
    EXPECT_EQ(Metadata(c.name, "H.", c.type, Format::kOpenMetrics), c.open_metrics);
  }
  EXPECT_EQ(Metadata("a", "", Type::kGauge, Format::kText), "# TYPE a gauge\n");
  EXPECT_EQ(Metadata("a", "", Type::kGauge, Format::kOpenMetrics), "# TYPE a gauge\n");
}

}  // namespace
}  // namespace winjob::exporter
