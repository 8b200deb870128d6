// A scrape in the steady state: reading the jobs again and encoding into a buffer that was used before.
#include <gtest/gtest.h>

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

void Encode(const Encoder& encoder, const agent::Snapshot& snapshot, Buffer& page) {
  page.Finish(encoder.Encode(snapshot, Format::kText, {}, page.Reserve(encoder.max_size())));
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
  }

  std::unique_ptr<agent::Agent> agent_;
};

TEST_F(EncoderAllocationTest, TheSecondScrapeAllocatesNothing) {
  const Encoder encoder(agent_->jobs());
  Buffer page;
  Encode(encoder, *agent_->Fresh(), page);
  Encode(encoder, *agent_->Fresh(), page);  // the second of the two snapshots that take turns
  const std::string before(page.text());

  fake::Usage usage;
  usage.user_time = Ticks(1);
  fake::Use(fake::StartedProcesses()[0].id, usage);
  const AllocationCount allocations;
  Encode(encoder, *agent_->Fresh(), page);
  EXPECT_EQ(allocations.count(), 0u);
  EXPECT_NE(page.text(), before) << "nothing was read again";
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
