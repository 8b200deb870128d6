// Messages that get lost between a real kernel and the agent: exactly so many are missed.
#include <gtest/gtest.h>

#include <filesystem>

#include "agent/agent.h"
#include "tests/agent/lossy_port.h"
#include "tests/agent/recorded_log.h"

namespace winjob::agent {
namespace {

using std::chrono::milliseconds;

std::string& Workload() {
  static std::string path;
  return path;
}

class LostMessages : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    const Result<Job> job = Job::Create({});
    ASSERT_TRUE(job) << job.error();
    const kernel::Support support = job->support();
    if ((support.counters & kernel::kTotalProcesses) == 0 || (support.messages & (1U << abi::kMsgNewProcess)) == 0)
      GTEST_SKIP() << kernel::Identify().kernel << ", level " << kernel::Identify().level
                   << ", does not count processes or reports none";
  }
};

// Children that start one by one for as long as the test looks: what is missed must not grow with them.
TEST_P(LostMessages, AreMissedExactly) {
  constexpr std::uint64_t kChildren = 30;
  const std::uint64_t lost = GetParam();
  config::JobConfig job;
  job.name = "lossy";
  job.object = "Local\\lost-messages-" + std::to_string(lost) + "-" +
               std::to_string(static_cast<std::uint64_t>(kernel::CurrentProcessId()));
  job.start = {{{Workload(), "spawn", "30", "0.01", "sleep", "0.5", "spawn", "100000", "0.05", "1"},
                "",
                {{"ASAN_OPTIONS", "detect_leaks=0"}}}};
  job.on_exit = config::OnExit::kKill;
  config::Config config;
  config.poll_interval = milliseconds(50);
  config.max_age = milliseconds(0);
  config.jobs = {job};

  LoseNewProcessMessages(lost);
  RecordedLog records;
  const Result<std::unique_ptr<Agent>> agent = Agent::Start(config, records.log(), [](const Snapshot&, auto) {});
  ASSERT_TRUE(agent) << agent.error();
  const auto started = [](const JobSample& sample) { return sample.counters.total_processes.value_or(0); };
  const auto until = [&](const auto& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!done((*agent)->Fresh()->jobs[0]))
      if (std::chrono::steady_clock::now() > deadline) return false;
    return true;
  };
  ASSERT_TRUE(until([&](const JobSample& sample) { return started(sample) > kChildren && MessagesToLose() == 0; }));
  EXPECT_TRUE(until([&](const JobSample& sample) { return sample.missed == lost; }));
  const std::uint64_t now = started((*agent)->Fresh()->jobs[0]);
  EXPECT_TRUE(until([&](const JobSample& sample) {
    EXPECT_EQ(sample.missed, lost);
    return started(sample) > now + 10 || HasFailure();
  }));
  const auto snapshot = (*agent)->Fresh();
  const JobSample& last = snapshot->jobs[0];
  EXPECT_LE(last.events[static_cast<std::size_t>(Event::kNewProcess)] + lost, started(last));
}

INSTANTIATE_TEST_SUITE_P(NewProcess, LostMessages, testing::Values(0U, 1U, 13U), testing::PrintToStringParamName());

}  // namespace
}  // namespace winjob::agent

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const std::filesystem::path folder = std::filesystem::absolute(argv[0]).parent_path();
  const std::filesystem::path windows = folder / "workload.exe";
  winjob::agent::Workload() = (std::filesystem::exists(windows) ? windows : folder / "workload").string();
  return RUN_ALL_TESTS();
}
