// Every key of a job, and what its keys must not say together.
#include <gtest/gtest.h>

#include "config/load.h"

namespace winjob::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(JobKeys, TheFullExampleReachesEveryField) {
  const auto config = LoadFile("config/example.yaml");
  ASSERT_TRUE(config) << Describe("config/example.yaml", config.error()[0]);
  EXPECT_EQ(config->series_budget, 2'000u);
  const JobConfig& job = config->jobs.at(0);
  EXPECT_EQ(job.security, "D:(A;;GA;;;BA)(A;;0x100004;;;AU)");
  EXPECT_EQ(job.start.at(0).restart, (Restart{RestartPolicy::kOnFailure, seconds(1), seconds(60)}));
  EXPECT_EQ(job.start.at(0).grace, milliseconds(10'000));
  ASSERT_EQ(job.adopt.size(), 2u);
  EXPECT_EQ(job.adopt[0].image, "msbuild.exe");
  EXPECT_EQ(job.adopt[1].path, "C:\\tools\\**");
  EXPECT_EQ(job.adopt[1].user, "CI\\svc");
  EXPECT_EQ(job.adopt[1].command_line, "-job=(?<id>\\d+)");
  EXPECT_EQ(job.adopt[1].service, "Spooler");
  ASSERT_TRUE(job.adopt[1].parent);
  EXPECT_EQ(job.adopt[1].parent->image, "x.exe");

  constexpr std::uint64_t kGiB = 1ULL << 30;
  constexpr std::int64_t kMinute = 60 * Ticks::kPerSecond;
  const Limits expected = {
      .job_memory = Bytes(8 * kGiB),
      .process_memory = Bytes(2 * kGiB),
      .active_processes = 64,
      .job_user_time = Ticks(120 * kMinute),
      .process_user_time = Ticks(30 * kMinute),
      .working_set = WorkingSet{Bytes(1 << 20), Bytes(512 << 20)},
      .affinity = AffinityMask{0x0F},
      .subset_affinity = true,
      .priority_class = PriorityClass::kBelowNormal,
      .scheduling_class = SchedulingClass::From(4),
      .die_on_unhandled_exception = true,
      .breakaway = Breakaway::kNone,
      .end_of_job_time = EndOfJobTime::kTerminate,
      .ui = UiRestrictions{abi::kUiDesktop | abi::kUiExitWindows | abi::kUiReadClipboard},
      .cpu = CpuLimit{CpuCap{*CpuRate::FromPercent(50), true}},
      .network = NetworkLimit{Bytes(10'000'000), Dscp::From(0x14)},
      .io = {{{"C:", 500, Bytes(50'000'000), 50}}},
  };
  EXPECT_EQ(job.limits, expected);
  EXPECT_TRUE(job.enforce);
  const NotificationLimits notify = {
      .job_memory = Bytes(6 * kGiB),
      .job_memory_low = Bytes(kGiB),
      .read_bytes = Bytes(100 * kGiB),
      .write_bytes = Bytes(100 * kGiB),
      .job_user_time = Ticks(90 * kMinute),
      .cpu_rate = RateTolerance{Tolerance::kMedium, ToleranceInterval::kShort},
      .io_rate = RateTolerance{Tolerance::kLow, ToleranceInterval::kMedium},
      .net_rate = RateTolerance{Tolerance::kHigh, ToleranceInterval::kLong},
  };
  EXPECT_EQ(job.notify, notify);
  EXPECT_EQ(job.process_metrics, (ProcessMetrics{10, ProcessMetrics::By::kMemory}));
  EXPECT_EQ(config->discover.at(0),
            (Discovery{"Global\\JobContainer_*", "{1}",
                       "C:\\ProgramData\\containerd\\state\\io.containerd.runtime.v2.task\\k8s.io"}));
}

TEST(JobKeys, OtherWaysToSayALimit) {
  const auto config = Load(R"(
jobs:
  - {name: a, limits: {cpu: {cores: 2.5}}}
  - {name: b, limits: {cpu: {weight: 7}}}
  - {name: c, limits: {cpu: {min: 10%, max: 50.5%}}}
  - {name: d, limits: {affinity: ["1:0x3"], job_user_time: 1h}, end_of_job_time: post}
  - {name: e, limits: {affinity: ["0:0x1", "1:2"], breakaway: silent}, process_metrics: {top: 3, by: cpu}}
)");
  ASSERT_TRUE(config) << Describe("f", config.error()[0]);
  EXPECT_EQ(config->jobs[0].cpu_cores, 2.5);
  EXPECT_FALSE(config->jobs[0].limits.cpu);
  EXPECT_EQ(config->jobs[1].limits.cpu, CpuLimit{*CpuWeight::From(7)});
  EXPECT_EQ(config->jobs[2].limits.cpu,
            (CpuLimit{CpuRange{*CpuRate::FromHundredths(1'000), *CpuRate::FromHundredths(5'050)}}));
  EXPECT_EQ(config->jobs[3].limits.group_affinity, (std::vector<GroupMask>{{1, 3}}));
  EXPECT_EQ(config->jobs[3].limits.end_of_job_time, EndOfJobTime::kPost);
  EXPECT_EQ(config->jobs[4].limits.group_affinity, (std::vector<GroupMask>{{0, 1}, {1, 2}}));
  EXPECT_EQ(config->jobs[4].process_metrics, (ProcessMetrics{3, ProcessMetrics::By::kCpu}));
}

TEST(JobKeys, NothingIsExpanded) {
  const auto config = Load("jobs: [{name: a, start: [{command: ['${HOME}/x', $PATH, '%TEMP%', '~']}]}]");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->jobs[0].start[0].command, (std::vector<std::string>{"${HOME}/x", "$PATH", "%TEMP%", "~"}));
}

TEST(JobKeys, EachMistakeIsOneErrorThatNamesKeyAndRemedy) {
  const struct {
    const char* keys;  // of the job beside its name
    const char* says;
  } kCases[] = {
      {"limits: {job_memory: 8}", "limits.job_memory: \"8\" has no unit; write 8MiB"},
      {"limits: {job_memory: 100B}", "limits.job_memory: less than a page"},
      {"limits: {job_memory: 8GB/s}", "unknown unit \"GB/s\"; use B, kB"},
      {"limits: {active_processes: 0}", "limits.active_processes: \"0\" is out of range; it must be from 1"},
      {"limits: {active_processes: many}", "is not a whole number"},
      {"limits: {scheduling_class: 10}", "limits.scheduling_class: \"10\" is out of range; it must be from 0 to 9"},
      {"limits: {working_set: {min: 2MiB, max: 1MiB}}", "limits.working_set: the minimum is above the maximum"},
      {"limits: {working_set: {min: 2MiB}}", "limits.working_set.max: is missing"},
      {"limits: {affinity: [x]}", "limits.affinity[0]: \"x\" is not group:mask"},
      {"limits: {affinity: ['0:0']}", "the mask: \"0\" is out of range"},
      {"limits: {affinity: []}", "must have an entry"},
      {"limits: {affinity: ['1:1', '1:2']}", "limits.affinity: a group is given twice"},
      {"limits: {subset_affinity: true}", "subset_affinity and affinity: the first needs the second"},
      {"limits: {subset_affinity: yes}", "unknown value \"yes\"; use one of: true, false"},
      {"limits: {priority_class: urgent}", "use one of: idle, below_normal"},
      {"limits: {cpu: {cap: 50}}", "limits.cpu.cap: \"50\" has no unit; write 50% for percent"},
      {"limits: {cpu: {cap: 101%}}", "from 0.01% to 100%"},
      {"limits: {cpu: {}}", "must be one of {cap: 50%}"},
      {"limits: {cpu: {cap: 50%, weight: 5}}", "must be one of {cap: 50%}"},
      {"limits: {cpu: {min: 50%}}", "must be one of {cap: 50%}"},
      {"limits: {cpu: {min: 50%, max: 10%}}", "limits.cpu: the minimum is above the maximum"},
      {"limits: {cpu: {cores: two}}", "is not a number of processors; write 2 or 0.5"},
      {"limits: {network: {}}", "limits.network: neither a bandwidth nor a code point"},
      {"limits: {network: {dscp: 64}}", "limits.network.dscp: \"64\" is out of range"},
      {"limits: {network: {outgoing: 10MB}}", "unknown unit \"MB\"; use B/s"},
      {"limits: {io: [{volume: 'C:'}]}", "limits.io: a volume without a limit"},
      {"limits: {ui: [desktops]}", "limits.ui[0]: unknown value \"desktops\"; use some of: handles"},
      {"notify: {job_memory: 1GiB, job_memory_low: 2GiB}", "notify.job_memory_low: job_memory_low and job_memory"},
      {"notify: {job_memory: 2GiB}, limits: {job_memory: 2GiB}", "notify.job_memory: is not below limits.job_memory"},
      {"notify: {job_user_time: 2h}, limits: {job_user_time: 1h}", "notify.job_user_time: is not below"},
      {"notify: {cpu_rate: {tolerance: low, interval: long}}", "notify.cpu_rate: tells when limits.cpu is exceeded"},
      {"notify: {io_rate: {tolerance: low, interval: long}}", "notify.io_rate: tells when limits.io is exceeded"},
      {"notify: {net_rate: {tolerance: low, interval: long}}", "notify.net_rate: tells when limits.network"},
      {"notify: {cpu_rate: {tolerance: low}}, limits: {cpu: {cap: 1%}}", "notify.cpu_rate.interval: is missing"},
      {"mode: observe, limits: {active_processes: 1}", "limits: cannot be used with mode: observe"},
      {"mode: observe, notify: {read_bytes: 1B}", "notify: cannot be used with mode: observe"},
      {"mode: observe, adopt: [{image: x}]", "adopt: cannot be used with mode: observe"},
      {"mode: open, security: 'D:'", "security: is for a job that is created"},
      {"security: everyone", "\"everyone\" is not SDDL"},
      {"enforce: true", "enforce: has nothing to enforce"},
      {"end_of_job_time: post", "end_of_job_time: says what happens when limits.job_user_time is used up"},
      {"adopt: [{}]", "adopt[0]: would match every process"},
      {"adopt: [{image: ''}]", "adopt[0].image: must not be empty"},
      {"adopt: [{command_line: '('}]", "adopt[0].command_line: not a regular expression: missing ): ("},
      {"adopt: [{parent: {}}]", "adopt[0].parent: would match every process"},
      {"start: [{command: [x], restart: {policy: often}}]", "use one of: never, on-failure, always"},
      {"start: [{command: [x], restart: {policy: always, backoff: 2m}}]",
       "restart.backoff: is longer than max_backoff"},
      {"start: [{command: [x], restart: {policy: always, max_backoff: 1ms}}]", "max_backoff: is shorter than backoff"},
      {"start: [{command: [x], stop: {}}]", "stop.grace: is missing"},
      {"process_metrics: {top: 0}", "process_metrics.top: \"0\" is out of range"},
      {"process_metrics: {top: 1, by: size}", "use one of: memory, cpu"},
  };
  for (const auto& c : kCases) {
    const std::string text = std::string("jobs: [{name: a, ") + c.keys + "}]";
    const auto config = Load(text);
    ASSERT_FALSE(config) << text;
    EXPECT_EQ(config.error().size(), 1u) << text << "\n" << Describe("f", config.error()[0]);
    EXPECT_NE(Describe("f", config.error()[0]).find(c.says), std::string::npos) << text << "\n"
                                                                                << Describe("f", config.error()[0]);
  }
}

}  // namespace
}  // namespace winjob::config
