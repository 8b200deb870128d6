// A scrape in the steady state: reading the jobs again and encoding into a buffer that was used before.
#include <gtest/gtest.h>

#include <thread>

#include "agent/agent.h"
#include "exporter/buffer.h"
#include "exporter/encoder.h"
#include "tests/allocation/counting_allocator.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::exporter {
namespace {

agent::Log Silent() {
  return agent::Log(
      [](agent::Severity, std::string_view, std::span<const agent::LogField>, const std::source_location&) {});
}

/// Every form that a page can have.
struct Form {
  const char* name;
  Format format;
  bool gzip;
};
constexpr Form kForms[] = {{"text", Format::kText, false},
                           {"OpenMetrics", Format::kOpenMetrics, false},
                           {"text, gzip", Format::kText, true},
                           {"OpenMetrics, gzip", Format::kOpenMetrics, true}};

void Encode(const Encoder& encoder, const agent::Snapshot& snapshot, Buffer& page, const Form& form = kForms[0]) {
  if (form.gzip)
    page.Finish(encoder.EncodeGzip(snapshot, form.format, {}, page.Reserve(encoder.max_gzip_size())));
  else
    page.Finish(encoder.Encode(snapshot, form.format, {}, page.Reserve(encoder.max_size())));
}

class EncoderAllocationTest : public testing::Test {
 protected:
  EncoderAllocationTest() {
    fake::Reset();
    config::Config config;
    config.poll_interval = std::chrono::hours(1);
    config.max_age = std::chrono::milliseconds(0);
    config.jobs.resize(3);
    for (std::size_t i = 0; i < config.jobs.size(); ++i) {
      config.jobs[i].name = "job" + std::to_string(i);
      config.jobs[i].object = "Local\\allocation-" + std::to_string(i);
      config.jobs[i].start = {{{"agent.exe"}, "", {}}};
    }
    agent_ = std::move(*agent::Agent::Start(config, Silent(), [](const agent::Snapshot&, auto) {}));
    AwaitTheWatcher();
  }

  // Until it has seen all that was posted so far: it makes room for each process that starts.
  void AwaitTheWatcher() {
    const auto seen = [&] {
      return agent_->Fresh()->jobs.back().events[static_cast<std::size_t>(Event::kJobMemoryLimit)];
    };
    const std::uint64_t before = seen();
    fake::PostJobMessage("Local\\allocation-2", abi::kMsgJobMemoryLimit, 0);
    while (seen() == before) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  std::unique_ptr<agent::Agent> agent_;
};

TEST_F(EncoderAllocationTest, TheSecondScrapeAllocatesNothingInAnyForm) {
  const Encoder encoder(agent_->jobs());
  Buffer page;
  std::int64_t ticks = 0;
  for (const Form& form : kForms) {
    Encode(encoder, *agent_->Fresh(), page, form);
    Encode(encoder, *agent_->Fresh(), page, form);  // the second of the two snapshots that take turns
    const std::string before(page.text());

    fake::Usage usage;
    usage.user_time = Ticks(++ticks);
    fake::Use(fake::StartedProcesses()[0].id, usage);
    const AllocationCount allocations;
    Encode(encoder, *agent_->Fresh(), page, form);
    EXPECT_EQ(allocations.count(), 0u) << form.name;
    EXPECT_NE(page.text(), before) << form.name << ": nothing was read again";
  }
}

// Their text is made anew for each page; the reading is not.
TEST_F(EncoderAllocationTest, NorDoesAReadingOfTheProcessesThatUseMost) {
  config::Config config = agent_->config();
  config.series_budget = 12;  // of two of them
  for (std::size_t i = 0; i < config.jobs.size(); ++i) {
    using By = config::ProcessMetrics::By;
    config.jobs[i].process_metrics = config::ProcessMetrics{2, i == 0 ? By::kMemory : By::kCpu};
    const ProcessId id = fake::StartedProcesses()[i].id;
    fake::DescribeAs(id, {.image = "an image whose name is longer than a short string.exe"});
    for (int child = 0; child < 100; ++child) ASSERT_TRUE(fake::Spawn(id));
  }
  ASSERT_TRUE(agent_->Reload(config));
  AwaitTheWatcher();
  for (int i = 0; i < 3; ++i) std::ignore = agent_->Fresh();
  const auto before = agent_->Fresh()->taken;
  const AllocationCount allocations;
  const auto snapshot = agent_->Fresh();
  EXPECT_EQ(allocations.count(), 0u);
  EXPECT_GT(snapshot->taken, before) << "nothing was read again";
  ASSERT_EQ(snapshot->processes.size(), 3u);
  EXPECT_EQ(snapshot->processes[0].processes.size() + snapshot->processes[1].processes.size(), 2u);
  EXPECT_EQ(snapshot->dropped_series, 4 * 5u);
}

TEST_F(EncoderAllocationTest, NorDoesAnEncodingOfAnySize) {
  for (const std::size_t jobs : {0, 1, 10, 1000}) {
    const std::vector<agent::JobDescription> descriptions(jobs, {"name", "object"});
    agent::Snapshot snapshot;
    snapshot.jobs.resize(jobs);
    const Encoder encoder(descriptions);
    Buffer page;
    for (const Form& form : kForms) {
      Encode(encoder, snapshot, page, form);
      const AllocationCount allocations;
      Encode(encoder, snapshot, page, form);
      EXPECT_EQ(allocations.count(), 0u) << form.name << " of " << jobs << " jobs";
    }
  }
}

TEST_F(EncoderAllocationTest, NorDoesAScrapeWhoseQueriesFail) {
  const Encoder encoder(agent_->jobs());
  Buffer page;
  fake::FailNext(fake::Call::kQueryInformation, make_error_code(Win32Error::kAccessDenied), 0, fake::kAlways);
  for (int i = 0; i < 3; ++i) Encode(encoder, *agent_->Fresh(), page);  // the failure is logged once, here
  const AllocationCount allocations;
  Encode(encoder, *agent_->Fresh(), page);
  EXPECT_EQ(allocations.count(), 0u);
}

TEST_F(EncoderAllocationTest, APlantedAllocationIsSeen) {
  const Encoder encoder(agent_->jobs());
  Buffer page, fresh;
  Encode(encoder, *agent_->Fresh(), page);
  const AllocationCount allocations;
  Encode(encoder, *agent_->Fresh(), fresh);  // a buffer that was never this large
  EXPECT_GT(allocations.count(), 0u);
}

}  // namespace
}  // namespace winjob::exporter
