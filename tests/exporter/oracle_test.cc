// The encoder's pages, read back, against prometheus-cpp's model of the same readings: random jobs, names and values.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "exporter/family_model.h"
#include "exporter/process_series.h"
#include "tests/exporter/inflate.h"
#include "tests/exporter/page_reader.h"
#include "tests/exporter/random_page.h"
#include "tests/exporter/render.h"

namespace winjob::exporter {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// Neighbours count as the same: the model rounds ticks above 2^53 twice, the page's exact decimals are rounded once.
bool Same(double a, double b) { return a == b || std::nextafter(a, b) == b || (std::isnan(a) && std::isnan(b)); }

/// Each series of the model stands on the page in its place, and nothing else does.
void ExpectSame(const std::vector<MetricFamily>& model, const ReadPage& page) {
  EXPECT_EQ(page.faults, std::vector<std::string>());
  auto read = page.series.begin();
  for (const MetricFamily& family : model) {
    for (const ClientMetric& metric : family.metric) {
      ASSERT_NE(read, page.series.end()) << family.name;
      std::map<std::string, std::string> labels;
      for (const ClientMetric::Label& label : metric.label) labels.emplace(label.name, label.value);
      ASSERT_EQ(read->family, family.name);
      ASSERT_EQ(read->labels, labels);
      const double value = family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value;
      ASSERT_TRUE(Same(read->value, value)) << family.name << ": " << read->value << " is not " << value;
      ++read;
    }
  }
  EXPECT_EQ(read, page.series.end()) << read->family;
}

TEST(Oracle, EveryRandomPageSaysWhatTheModelSays) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomPage random(seed);
    const std::size_t count = random.Below(seed % 10 == 0 ? 200 : 12);
    const std::vector<agent::JobDescription> jobs = random.Jobs(count);
    const agent::Snapshot snapshot = random.Snapshot(count);
    const Encoder encoder(jobs, RandomPage::Families());
    const std::vector<MetricFamily> model = CollectFamilies(jobs, snapshot.jobs, RandomPage::Families());
    ExpectSame(model, Read(Render(encoder, snapshot)));
    ExpectSame(model, Read(Render(encoder, snapshot, Format::kOpenMetrics)));
    if (HasFatalFailure()) return;
  }
}

TEST(Oracle, ProcessesStandBetweenTheFamiliesOfTheJobs) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomPage random(seed);
    const std::vector<agent::JobDescription> jobs = random.Jobs(random.Below(12));
    agent::Snapshot snapshot = random.Snapshot(jobs.size());
    random.AddProcesses(jobs, snapshot);
    for (agent::JobSample& sample : snapshot.jobs) sample.support = {kernel::kAllCounters, ~0U};
    const Encoder encoder(jobs);
    std::vector<MetricFamily> model = CollectFamilies(jobs, snapshot.jobs, JobFamilies());
    for (MetricFamily& family : CollectProcessFamilies(snapshot)) model.push_back(std::move(family));
    std::sort(model.begin(), model.end(), [](const MetricFamily& a, const MetricFamily& b) { return a.name < b.name; });
    for (const Format format : {Format::kText, Format::kOpenMetrics}) {
      std::vector<FamilyText> others;
      AddProcessText(snapshot, format, others);
      const std::string page = Render(encoder, snapshot, format, others);
      ExpectSame(model, Read(page));
      ASSERT_EQ(Inflate(RenderGzip(encoder, snapshot, format, others)), page);
    }
    if (HasFatalFailure()) return;
  }
}

TEST(Oracle, TheRealFamiliesAgreeToo) {
  RandomPage random(19);
  const std::vector<agent::JobDescription> jobs = random.Jobs(40);
  agent::Snapshot snapshot = random.Snapshot(jobs.size());
  for (agent::JobSample& sample : snapshot.jobs) sample.support = {kernel::kAllCounters, ~0U};
  for (const Format format : {Format::kText, Format::kOpenMetrics})
    ExpectSame(CollectFamilies(jobs, snapshot.jobs, JobFamilies()), Read(Render(Encoder(jobs), snapshot, format)));
}

TEST(Oracle, TheReaderSeesWhatIsWrong) {
  for (const char* page :
       {"# TYPE a gauge\na 1\n# TYPE a gauge\na{b=\"c\"} 1\n", "# TYPE b gauge\nb 1\n# TYPE a gauge\na 1\n",
        "# TYPE a gauge\na{b=\"c\",d=\"e\"} 1\na{d=\"e\",b=\"c\"} 2\n", "# TYPE a gauge\nb 1\n",
        "# TYPE a gauge\na{b=\"\\t\"} 1\n", "# TYPE a gauge\na{b=\"c} 1\n", "# TYPE a gauge\na{b=\"c\",b=\"d\"} 1\n",
        "# TYPE a gauge\na one\n", "# TYPE a gauge\na 1", "# TYPE a gauge\na nan\n", "# EOF\na 1\n"})
    EXPECT_FALSE(Read(page).faults.empty()) << page;
}

}  // namespace
}  // namespace winjob::exporter
