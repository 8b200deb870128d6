#include "agent/watched_job.h"

#include <gtest/gtest.h>

#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

config::JobConfig Config(config::Mode mode = config::Mode::kCreateOrOpen) {
  config::JobConfig config;
  config.name = "build";
  config.object = "Local\\winjob-build";
  config.mode = mode;
  return config;
}

class WatchedJobTest : public testing::Test {
 protected:
  static Port FreshPort() {
    fake::Reset();
    return *Port::Create();
  }

  JobSample Poll(WatchedJob& job) {
    JobSample sample;
    job.Poll(port_, ++mark_, sample);
    return sample;
  }

  WatchedJob Watch(const config::JobConfig& config, const std::string& conflict = "") {
    return WatchedJob(config, conflict, boxes_.Open(), log_);
  }

  std::uint64_t mark_ = 0;
  Mailboxes boxes_;
  RecordedLog records_;
  const Log log_ = records_.log();
  const Port port_ = FreshPort();
};

TEST_F(WatchedJobTest, CreatesStartsAndReads) {
  config::JobConfig config = Config();
  config.start = {{{"agent.exe", "--once"}, "C:\\build", {{"LEVEL", "2"}}}};
  WatchedJob job = Watch(config);
  const JobSample sample = Poll(job);
  EXPECT_EQ(sample.state, JobState::kOpen);
  EXPECT_TRUE(sample.up);
  EXPECT_EQ(sample.counters.active_processes, 1u);
  ASSERT_EQ(fake::StartedProcesses().size(), 1u);
  const kernel::StartRequest request = fake::StartedProcesses()[0].request;
  EXPECT_EQ(request.command, (std::vector<std::string>{"agent.exe", "--once"}));
  EXPECT_EQ(request.directory, "C:\\build");
  EXPECT_EQ(request.environment.at("LEVEL"), "2");
  EXPECT_TRUE(request.keep_names);
  EXPECT_EQ(Poll(job).counters.total_processes, 1u) << "started again at the second poll";
}

TEST_F(WatchedJobTest, EveryFailureIsAStateAndOneLine) {
  const struct {
    config::Mode mode;
    Win32Error error;
    JobState state;
  } kCases[] = {
      {config::Mode::kOpen, Win32Error::kFileNotFound, JobState::kAbsent},
      {config::Mode::kOpen, Win32Error::kAccessDenied, JobState::kDenied},
      {config::Mode::kObserve, Win32Error::kAccessDenied, JobState::kDenied},
      {config::Mode::kCreateOrOpen, Win32Error::kInvalidHandle, JobState::kConflict},
      {config::Mode::kCreate, Win32Error::kPathNotFound, JobState::kFailed},
      {config::Mode::kCreate, Win32Error::kNoSystemResources, JobState::kFailed},
  };
  for (const auto& c : kCases) {
    fake::Reset();
    fake::FailNext(fake::Call::kOpenJob, make_error_code(c.error), 0, fake::kAlways);
    fake::FailNext(fake::Call::kCreateJob, make_error_code(c.error), 0, fake::kAlways);
    RecordedLog records;
    const Log log = records.log();
    WatchedJob job(Config(c.mode), "", boxes_.Open(), log);
    for (int poll = 0; poll < 3; ++poll) {
      const JobSample sample = Poll(job);
      EXPECT_EQ(sample.state, c.state);
      EXPECT_FALSE(sample.up);
      EXPECT_EQ(sample.counters, Counters{});
    }
    EXPECT_EQ(records.Count({"a job cannot be watched", "job_object=build", StateName(c.state), "hint="}), 1);
    EXPECT_EQ(records.Count({""}), 1);
  }
}

TEST_F(WatchedJobTest, IsWatchedAsSoonAsItAppears) {
  WatchedJob job = Watch(Config(config::Mode::kOpen));
  EXPECT_EQ(Poll(job).state, JobState::kAbsent);
  const auto owner = Job::Create("winjob-build");
  ASSERT_TRUE(owner);
  EXPECT_EQ(Poll(job).state, JobState::kOpen);
  EXPECT_EQ(records_.Count({"opened a job"}), 1);
}

TEST_F(WatchedJobTest, ModeCreateRefusesAJobThatExists) {
  const auto owner = Job::Create("winjob-build");
  ASSERT_TRUE(owner);
  WatchedJob job = Watch(Config(config::Mode::kCreate));
  EXPECT_EQ(Poll(job).state, JobState::kConflict);
  EXPECT_EQ(records_.Count({"already exists"}), 0);
  EXPECT_EQ(records_.Count({"exists already", "create_or_open"}), 1);
}

TEST_F(WatchedJobTest, TheSecondOfTwoEqualNamesIsAConflict) {
  WatchedJob job = Watch(Config(), "first");
  EXPECT_EQ(Poll(job).state, JobState::kConflict);
  EXPECT_EQ(Poll(job).state, JobState::kConflict);
  EXPECT_EQ(records_.Count({"same kernel name", "first=first"}), 1);
  EXPECT_EQ(fake::Calls(fake::Call::kCreateJob), 0u);
}

TEST_F(WatchedJobTest, ACommandThatCannotStartIsAStateAndTheRestRuns) {
  config::JobConfig config = Config();
  config.start = {{{"missing.exe"}, "", {}}, {{"good.exe"}, "", {}}};
  WatchedJob job = Watch(config);
  for (int poll = 0; poll < 3; ++poll) {
    const JobSample sample = Poll(job);
    EXPECT_EQ(sample.state, JobState::kStartFailed);
    EXPECT_TRUE(sample.up);
    EXPECT_EQ(sample.start_failures, 1u);
    EXPECT_EQ(sample.counters.active_processes, 1u);
  }
  EXPECT_EQ(records_.Count({"a command cannot be started", "command=missing.exe", "(2)"}), 1);
}

TEST_F(WatchedJobTest, ARunningJobIsNotStartedAgain) {
  const auto owner = Job::Create("winjob-build");
  ASSERT_TRUE(owner);
  const Job* const jobs[] = {&*owner};
  ASSERT_TRUE(Process::Start({{"earlier.exe"}, "", {}}, jobs));
  config::JobConfig config = Config();
  config.start = {{{"agent.exe"}, "", {}}};
  WatchedJob job = Watch(config);
  EXPECT_EQ(Poll(job).counters.total_processes, 1u);
  EXPECT_EQ(records_.Count({"runs already", "active_processes=1"}), 1);
}

TEST_F(WatchedJobTest, ObservingChangesNothing) {
  auto owner = Job::Create("winjob-build");
  ASSERT_TRUE(owner);
  WatchedJob job = Watch(Config(config::Mode::kObserve));
  const JobSample sample = Poll(job);
  EXPECT_TRUE(sample.up);
  EXPECT_EQ(sample.support.messages, 0u);
  EXPECT_EQ(fake::Calls(fake::Call::kSetInformation), 0u);
  EXPECT_FALSE(owner->NotifyTo(port_, 1)) << "the owner can still take the port";
}

TEST_F(WatchedJobTest, ThePortOfAnAgentThatEndedIsReplaced) {
  auto owner = Job::Create("winjob-build");
  ASSERT_TRUE(owner);
  const Port earlier = *Port::Create();
  ASSERT_FALSE(owner->NotifyTo(earlier, 1));
  WatchedJob job = Watch(Config());
  EXPECT_NE(Poll(job).support.messages, 0u);
  job.Release();
  EXPECT_FALSE(owner->NotifyTo(earlier, 1)) << "the release left the port behind";
}

TEST_F(WatchedJobTest, NothingIsStartedWhenNobodyKnowsWhetherItRuns) {
  const auto owner = Job::Create("winjob-build");
  ASSERT_TRUE(owner);
  fake::FailNext(fake::Call::kQueryInformation, make_error_code(Win32Error::kAccessDenied), 0, fake::kAlways);
  config::JobConfig config = Config();
  config.start = {{{"agent.exe"}, "", {}}};
  WatchedJob job = Watch(config);
  (void)Poll(job);
  EXPECT_TRUE(fake::StartedProcesses().empty());
  EXPECT_EQ(records_.Count({"nobody knows", "(5)"}), 1);
}

TEST_F(WatchedJobTest, AJobWithAnotherPortIsReadWithoutNotifications) {
  auto owner = Job::Create("winjob-build");
  ASSERT_TRUE(owner);
  const Port other = *Port::Create();
  ASSERT_FALSE(owner->NotifyTo(other, 1));
  WatchedJob job = Watch(Config(config::Mode::kOpen));
  const JobSample sample = Poll(job);
  EXPECT_TRUE(sample.up);
  EXPECT_EQ(sample.support.messages, 0u);
  EXPECT_EQ(records_.Count({"notifications cannot be counted"}), 1);
}

TEST_F(WatchedJobTest, AFailingQueryIsCountedAndSaidOnce) {
  WatchedJob job = Watch(Config());
  EXPECT_TRUE(Poll(job).up);
  fake::FailNext(fake::Call::kQueryInformation, make_error_code(Win32Error::kAccessDenied), 0, 3);
  for (std::uint64_t n = 1; n <= 3; ++n) {
    const JobSample sample = Poll(job);
    EXPECT_FALSE(sample.up);
    EXPECT_EQ(sample.query_errors, n);
    EXPECT_EQ(sample.counters, Counters{});
  }
  EXPECT_TRUE(Poll(job).up);
  EXPECT_EQ(records_.Count({"a job cannot be read", "access denied (5)"}), 1);
}

TEST_F(WatchedJobTest, SaysHowAStartedCommandEnded) {
  config::JobConfig config = Config();
  config.start = {{{"agent.exe"}, "", {}}};
  WatchedJob job = Watch(config);
  (void)Poll(job);
  fake::Exit(fake::StartedProcesses()[0].id, 42);
  (void)Poll(job);
  (void)Poll(job);
  EXPECT_EQ(records_.Count({"a started command has ended", "exit_code=42"}), 1);
}

TEST_F(WatchedJobTest, ReleaseKillsOrKeepsAsConfigured) {
  for (const config::OnExit on_exit : {config::OnExit::kKill, config::OnExit::kRelease}) {
    fake::Reset();
    const Port port = *Port::Create();
    config::JobConfig config = Config();
    config.on_exit = on_exit;
    config.start = {{{"agent.exe"}, "", {}}};
    WatchedJob job = Watch(config);
    JobSample sample;
    job.Poll(port, 1, sample);
    const bool kill = on_exit == config::OnExit::kKill;
    EXPECT_EQ((fake::LimitFlags("winjob-build") & abi::kLimitKillOnJobClose) != 0, kill);
    EXPECT_EQ(fake::StartedProcesses()[0].request.keep_names, !kill);
    const std::size_t others = 1;  // the port
    job.Release();
    EXPECT_EQ(fake::Alive(fake::StartedProcesses()[0].id), !kill);
    EXPECT_EQ(fake::OpenHandles(), others);
  }
}

// On Windows a name dies with the last handle, whoever still runs in the job.
TEST_F(WatchedJobTest, TheNextAgentFindsAJobByAMemberThatItsCommandHasLeftBehind) {
  const struct {
    config::OnExit on_exit;
    config::Mode mode;
    bool found;
  } kCases[] = {{config::OnExit::kRelease, config::Mode::kCreateOrOpen, true},
                {config::OnExit::kRelease, config::Mode::kObserve, false},
                {config::OnExit::kKill, config::Mode::kCreateOrOpen, false}};
  for (const auto& c : kCases) {
    fake::Reset();
    const Port port = *Port::Create();
    config::JobConfig config = Config(c.mode);
    config.on_exit = c.on_exit;
    std::optional<Job> owner = *Job::Create(config.object);
    WatchedJob job = Watch(config);
    JobSample sample;
    job.Poll(port, 1, sample);
    const ProcessId left_behind = fake::AddProcess();
    ASSERT_FALSE(owner->Assign(left_behind));
    owner.reset();
    job.Release();
    EXPECT_EQ(fake::NameExists("winjob-build"), c.found);
    EXPECT_EQ(fake::Alive(left_behind), c.on_exit == config::OnExit::kRelease);
    fake::Exit(left_behind, 0);
    EXPECT_FALSE(fake::NameExists("winjob-build")) << "nobody is in the job any more";
  }
}

}  // namespace
}  // namespace winjob::agent
