// Limits of a job: set, refused by name, read back, drifting, enforced.
#include <gtest/gtest.h>

#include "agent/watched_job.h"
#include "config/load.h"
#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"
#include "winjob/limit_table.h"

namespace winjob::agent {
namespace {

constexpr const char* kName = "Local\\winjob-build";

class LimitsTest : public testing::Test {
 protected:
  static Port FreshPort() {
    fake::Reset();
    return *Port::Create();
  }

  // Watches a job with these keys.
  void Watch(const std::string& keys) {
    const auto config = config::Load("jobs: [{name: build, " + keys + "}]");
    ASSERT_TRUE(config) << config::Describe(keys, config.error()[0]);
    job_.emplace(config->jobs[0], "", boxes_.Open(), log_);
  }

  JobSample Poll() {
    JobSample sample;
    job_->Poll(port_, ++mark_, sample);
    return sample;
  }

  static LimitStatus StatusOf(const JobSample& sample, LimitKind kind) {
    return sample.limits[static_cast<std::size_t>(kind)];
  }

  // Another program's handle to the job.
  static Job Other() { return *Job::Create(kName); }

  std::uint64_t mark_ = 0;
  RecordedLog records_;
  const Log log_ = records_.log();
  const Port port_ = FreshPort();
  Mailboxes boxes_;
  std::optional<WatchedJob> job_;
};

TEST_F(LimitsTest, TheFullExampleIsSetAndReadBack) {
  const auto config = config::LoadFile("config/example.yaml");
  ASSERT_TRUE(config);
  job_.emplace(config->jobs[0], "", boxes_.Open(), log_);
  const JobSample sample = Poll();
  EXPECT_EQ(sample.state, JobState::kOpen);
  EXPECT_EQ(records_.Count({"cannot be set"}), 0);
  for (const Limit& limit : kLimits) {
    const bool named = limit.holds(config->jobs[0].limits);
    EXPECT_EQ(sample.limits[static_cast<std::size_t>(limit.kind)], named ? LimitStatus::kHeld : LimitStatus::kUnnamed)
        << limit.name;
  }
  for (const bool refused : sample.refused_thresholds) EXPECT_FALSE(refused);
  const auto set = Job::Open(config->jobs[0].object, abi::kJobQuery)->QueryLimits();
  ASSERT_TRUE(set);
  EXPECT_EQ(set->job_memory, Bytes(8ULL << 30));
  EXPECT_EQ(set->cpu->notify, true) << "notify.cpu_rate needs it";
  EXPECT_EQ(sample.reading.limits.active_processes, 64u);
}

TEST_F(LimitsTest, ARateThatCannotBeReportedIsHeldAllTheSame) {
  // As Linux answers: all together, the rate that is to be reported.
  fake::FailNextOn(kName, fake::Call::kSetInformation, Win32Error::kNotSupported, 0, 2);
  Watch("limits: {cpu: {cap: 50%}}, notify: {cpu_rate: {tolerance: low, interval: short}}");
  for (int i = 0; i < 2; ++i) {
    const JobSample sample = Poll();
    EXPECT_EQ(StatusOf(sample, LimitKind::kCpu), LimitStatus::kHeld);
    EXPECT_EQ(*sample.reading.limits.cpu, (CpuLimit{CpuCap{*CpuRate::FromHundredths(5'000), true}, false}));
  }
  EXPECT_EQ(records_.Count({"a limit cannot be set"}), 0);
  config::JobConfig next = job_->config();
  next.limits.cpu = CpuLimit{CpuCap{*CpuRate::FromHundredths(2'500), true}, false};
  EXPECT_EQ(job_->TryChange(next), "");
  job_->Change(next);
  EXPECT_EQ(StatusOf(Poll(), LimitKind::kCpu), LimitStatus::kHeld);
  EXPECT_EQ(*Other().QueryLimits()->cpu, *next.limits.cpu) << "what the kernel lacks is known by then";
}

TEST_F(LimitsTest, ARefusedLimitIsNamedAndTheOthersAreSet) {
  fake::LackClass(abi::InfoClass::kCpuRateControl);
  fake::DropPrivilege();
  Watch("limits: {active_processes: 7, cpu: {cap: 50%}, scheduling_class: 9, job_memory: 1GiB}");
  for (int i = 0; i < 3; ++i) {
    const JobSample sample = Poll();
    EXPECT_EQ(sample.state, JobState::kOpen);
    EXPECT_TRUE(sample.up);
    EXPECT_EQ(StatusOf(sample, LimitKind::kCpu), LimitStatus::kRefused);
    EXPECT_EQ(StatusOf(sample, LimitKind::kSchedulingClass), LimitStatus::kRefused);
    EXPECT_EQ(StatusOf(sample, LimitKind::kActiveProcesses), LimitStatus::kHeld);
    EXPECT_EQ(StatusOf(sample, LimitKind::kJobMemory), LimitStatus::kHeld);
    EXPECT_EQ(sample.reading.limits.active_processes, 7u);
  }
  EXPECT_EQ(records_.Count({"a limit cannot be set", "job_object=build", "limit=cpu"}), 1);
  EXPECT_EQ(records_.Count({"a limit cannot be set", "limit=scheduling_class", "1314"}), 1);
}

TEST_F(LimitsTest, MoreProcessorsThanTheMachineHasAreRefused) {
  Watch("limits: {cpu: {cores: 100}}");
  EXPECT_EQ(StatusOf(Poll(), LimitKind::kCpu), LimitStatus::kRefused);
  EXPECT_EQ(records_.Count({"limit=cpu", "the machine has 12 processors"}), 1);
}

TEST_F(LimitsTest, ProcessorsBecomeAShareOfTheMachine) {
  Watch("limits: {cpu: {cores: 3}}");
  const JobSample sample = Poll();
  EXPECT_EQ(sample.reading.limits.cpu, (CpuLimit{CpuCap{*CpuRate::FromPercent(25), true}}));
}

TEST_F(LimitsTest, DriftIsSaidOnceAndLeftAloneWithoutEnforce) {
  Watch("limits: {active_processes: 7, job_memory: 1GiB}");
  EXPECT_EQ(StatusOf(Poll(), LimitKind::kActiveProcesses), LimitStatus::kHeld);
  Job other = Other();
  ASSERT_FALSE(other.SetLimits({.active_processes = 9}));
  for (int i = 0; i < 3; ++i) {
    const JobSample sample = Poll();
    EXPECT_EQ(StatusOf(sample, LimitKind::kActiveProcesses), LimitStatus::kDrifted);
    EXPECT_EQ(StatusOf(sample, LimitKind::kJobMemory), LimitStatus::kHeld);
    EXPECT_EQ(sample.reading.limits.active_processes, 9u) << "shows what is in force";
    EXPECT_EQ(sample.limit_corrections, 0u);
  }
  EXPECT_EQ(records_.Count({"not in force", "limit=active_processes", "Limit\":7", "Limit\":9", "left as it is"}), 1);
  ASSERT_FALSE(other.SetLimits({.active_processes = 7}));
  EXPECT_EQ(StatusOf(Poll(), LimitKind::kActiveProcesses), LimitStatus::kHeld);
  EXPECT_EQ(records_.Count({"in force again", "limit=active_processes"}), 1);
}

TEST_F(LimitsTest, DriftOfEachKindIsSeenAndCorrectedWithEnforce) {
  const auto config = config::LoadFile("config/example.yaml");
  ASSERT_TRUE(config);
  job_.emplace(config->jobs[0], "", boxes_.Open(), log_);
  (void)Poll();
  std::uint64_t corrections = 0;
  for (const Limit& limit : kLimits) {
    const bool switch_off = limit.kind == LimitKind::kBreakaway || limit.kind == LimitKind::kEndOfJobTime;
    if (!limit.holds(config->jobs[0].limits) || limit.kind == LimitKind::kIo || switch_off) continue;
    Job other = *Job::Create(config->jobs[0].object);
    // Affinity cannot go while subset_affinity needs it.
    if (limit.kind == LimitKind::kAffinity)
      ASSERT_FALSE(other.SetLimits({.affinity = AffinityMask{1}}));
    else
      ASSERT_FALSE(other.ResetLimits({limit.kind})) << limit.name;
    EXPECT_EQ(StatusOf(Poll(), limit.kind), LimitStatus::kDrifted) << limit.name;
    const JobSample corrected = Poll();
    EXPECT_EQ(StatusOf(corrected, limit.kind), LimitStatus::kHeld) << limit.name;
    EXPECT_EQ(corrected.limit_corrections, ++corrections) << limit.name;
    EXPECT_EQ(records_.Count({"not in force", std::string("limit=") + std::string(limit.name), "set again"}), 1);
  }
  EXPECT_GE(corrections, 13u);
}

TEST_F(LimitsTest, ARunningBudgetOfTimeIsNotBegunAnewByTheNextAgent) {
  Job earlier = Other();
  ASSERT_FALSE(earlier.SetLimits({.active_processes = 3, .job_user_time = Ticks(100)}));
  const Job* const jobs[] = {&earlier};
  ASSERT_TRUE(Process::Start({{"a.exe"}, "", {}}, jobs));
  fake::Usage usage;
  usage.user_time = Ticks(60);
  fake::Use(fake::StartedProcesses()[0].id, usage);
  Watch("limits: {job_user_time: 1ms, active_processes: 5}");  // 10'000 ticks: another one, set
  (void)Poll();
  EXPECT_EQ(earlier.QueryLimits()->job_user_time, Ticks(10'000));

  job_.reset();
  Counters before;
  ASSERT_FALSE(earlier.QueryCounters(before));
  Watch("limits: {job_user_time: 1ms, active_processes: 6}");  // the same one: it goes on
  fake::Use(fake::StartedProcesses()[0].id, usage);
  (void)Poll();
  Counters after;
  ASSERT_FALSE(earlier.QueryCounters(after));
  EXPECT_EQ(after.period_user_time, Ticks(before.period_user_time->count() + 60));
  EXPECT_EQ(earlier.QueryLimits()->active_processes, 6u);
}

TEST_F(LimitsTest, AnObservedJobShowsItsLimitsAndKeepsThem) {
  Job owner = Other();
  ASSERT_FALSE(owner.SetLimits({.job_memory = Bytes(1 << 20), .active_processes = 11}));
  Watch("mode: observe");
  const unsigned sets = fake::Calls(fake::Call::kSetInformation);
  const JobSample sample = Poll();
  EXPECT_EQ(sample.reading.limits.active_processes, 11u);
  EXPECT_EQ(sample.reading.limits.job_memory, Bytes(1 << 20));
  EXPECT_EQ(fake::Calls(fake::Call::kSetInformation), sets);
  for (const LimitStatus status : sample.limits) EXPECT_EQ(status, LimitStatus::kUnnamed);
}

TEST_F(LimitsTest, MemoryIsReadWithThem) {
  Watch("start: [{command: [a.exe]}]");
  (void)Poll();
  const ProcessId process = fake::StartedProcesses()[0].id;
  ASSERT_TRUE(fake::Commit(process, Bytes(5 << 20)));
  fake::Decommit(process, Bytes(2 << 20));
  const JobSample sample = Poll();
  EXPECT_EQ(sample.reading.memory.current, Bytes(3 << 20));
  EXPECT_EQ(sample.reading.memory.peak_job, Bytes(5 << 20));
}

}  // namespace
}  // namespace winjob::agent
