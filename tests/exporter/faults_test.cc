// Every call into the kernel fails once, at every point of an agent's life, with every error there is: no failure of
// one job changes a series of another, and whatever failed is made good or let go of.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <sstream>
#include <thread>

#include "agent/agent.h"
#include "config/load.h"
#include "tests/agent/recorded_log.h"
#include "tests/exporter/page_reader.h"
#include "tests/exporter/render.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::exporter {
namespace {

using std::chrono::seconds;

// What fails strikes the first two: the third is only asked, by calls that are made for it alone.
constexpr const char* kConfiguration = R"(
poll_interval: 1h
jobs:
  - name: guest
    mode: open
    limits: {active_processes: 7}
  - name: build
    on_exit: kill
    start: [{command: [build.exe], restart: {policy: always, backoff: 1ms, max_backoff: 2ms}, stop: {grace: 1ms}}]
    limits: {job_memory: 1GiB, cpu: {cap: 50%}, network: {outgoing: 10MB/s}, io: [{iops: 500}], ui: [desktop], affinity: ["0:0x3"]}
    enforce: true
    notify: {read_bytes: 1GiB, job_memory: 8MiB}
    adopt: [{image: stray.exe, path: 'C:\*'}]
  - name: service
    mode: observe
)";

constexpr Win32Error kErrors[] = {
    Win32Error::kInvalidFunction,
    Win32Error::kFileNotFound,
    Win32Error::kPathNotFound,
    Win32Error::kTooManyOpenFiles,
    Win32Error::kAccessDenied,
    Win32Error::kInvalidHandle,
    Win32Error::kNotEnoughMemory,
    Win32Error::kBadEnvironment,
    Win32Error::kWriteProtect,
    Win32Error::kBadLength,
    Win32Error::kGenFailure,
    Win32Error::kNotSupported,
    Win32Error::kInvalidParameter,
    Win32Error::kBrokenPipe,
    Win32Error::kDiskFull,
    Win32Error::kCallNotImplemented,
    Win32Error::kInsufficientBuffer,
    Win32Error::kInvalidName,
    Win32Error::kBusy,
    Win32Error::kAlreadyExists,
    Win32Error::kBadExeFormat,
    Win32Error::kFilenameTooLong,
    Win32Error::kMoreData,
    Win32Error::kWaitTimeout,
    Win32Error::kDirectoryName,
    Win32Error::kAbandonedWait,
    Win32Error::kNoUnicodeTranslation,
    Win32Error::kNotFound,
    Win32Error::kPrivilegeNotHeld,
    Win32Error::kInvalidAcl,
    Win32Error::kInvalidSid,
    Win32Error::kInvalidSecurityDescriptor,
    Win32Error::kNoSystemResources,
    Win32Error::kNotEnoughQuota,
};

// A call that an agent makes. `jobs`: it takes the handle of a job, so that it can be made to fail for one alone.
struct Row {
  fake::Call call;
  const char* name;
  bool of_job = false;
};
constexpr Row kCalls[] = {
    {fake::Call::kCreateJob, "CreateJob"},
    {fake::Call::kOpenJob, "OpenJob"},
    {fake::Call::kQueryInformation, "QueryInformation", true},
    {fake::Call::kSetInformation, "SetInformation", true},
    {fake::Call::kAssignProcess, "AssignProcess", true},
    {fake::Call::kIsProcessInJob, "IsProcessInJob", true},
    {fake::Call::kTerminateJob, "TerminateJob", true},
    {fake::Call::kStartProcess, "StartProcess", true},
    {fake::Call::kOpenProcess, "OpenProcess"},
    {fake::Call::kWaitProcess, "WaitProcess"},
    {fake::Call::kWaitPort, "WaitPort"},
    {fake::Call::kPostPort, "PostPort"},
    {fake::Call::kSetIoRate, "SetIoRate", true},
    {fake::Call::kQueryIoRates, "QueryIoRates", true},
    {fake::Call::kCreationTime, "CreationTime"},
    {fake::Call::kRequestStop, "RequestStop"},
    {fake::Call::kListProcesses, "ListProcesses"},
    {fake::Call::kDescribeProcess, "DescribeProcess"},
};

std::string Lines(const std::string& page, std::string_view part) {
  std::string lines;
  std::istringstream text(page);
  for (std::string line; std::getline(text, line);)
    if (line.find(part) != line.npos) lines += line + "\n";
  return lines;
}

// What is left of such a life: the series of the job that nothing befell, at each point, and whether the others were
// good at the end.
struct Outcome {
  std::string service;
  bool recovered = false;
  std::size_t handles = 0;
  unsigned bad_closes = 0;
  std::vector<unsigned> calls;
};

Job Occupied(const char* name) {
  Job job = *Job::Create(name);
  const Job* const jobs[] = {&job};
  EXPECT_TRUE(Process::Start({{"other.exe"}, "", {}}, jobs));
  return job;
}

// An agent's life on a fresh kernel, in which one call fails.
Outcome Live(const std::function<void()>& script) {
  fake::Reset();
  const Job guest = Occupied("winjob-guest");
  const Job service = Occupied("winjob-service");
  const ProcessId served = fake::StartedProcesses().back().id;
  const ProcessId stray = fake::AddProcess();
  fake::DescribeAs(stray, {.image = "stray.exe", .path = "C:\\stray.exe"});
  const std::size_t handles = fake::OpenHandles();

  script();
  auto config = config::Load(kConfiguration);
  EXPECT_TRUE(config) << config::Describe("faults", config.error()[0]);
  config->max_age = {};  // a reading for each page
  agent::RecordedLog records;
  std::vector<unsigned> before;
  for (const Row& row : kCalls) before.push_back(fake::Calls(row.call));
  auto agent = std::move(*agent::Agent::Start(*config, records.log(), [](const agent::Snapshot&, auto) {}));
  Outcome outcome;
  const auto page = [&] {
    const std::string text = Render(Encoder(agent->jobs()), *agent->Fresh());
    const ReadPage read = Read(text);
    EXPECT_TRUE(read.faults.empty()) << read.faults.front();
    return Lines(text, "job_object=\"service\"");
  };
  outcome.service = page();
  for (const char* name : {"winjob-build", "winjob-guest", "winjob-service"})
    if (const auto members = fake::Members(name); !members.empty()) {
      fake::Exit(*fake::Spawn(members.front()), 3);
      (void)fake::Spawn(members.front());
      fake::Use(members.front(), {.user_time = Ticks(71), .page_faults = 73, .read_bytes = Bytes(2ULL << 30)});
      (void)fake::Commit(members.front(), Bytes(9 << 20));
    }
  outcome.service += page();
  if (const auto members = fake::Members("winjob-build"); !members.empty()) fake::Exit(members.front(), 5);
  fake::Use(served, {.kernel_time = Ticks(79)});
  outcome.service += page();

  const auto good = [&] {
    const auto snapshot = agent->Fresh();
    return std::all_of(snapshot->jobs.begin(), snapshot->jobs.end(), [](const agent::JobSample& sample) {
      return sample.up && sample.state == agent::JobState::kOpen && sample.counters.active_processes > 0u;
    });
  };
  const auto deadline = std::chrono::steady_clock::now() + seconds(60);
  while (!(outcome.recovered = good()) && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  for (int i = 0; i < 3; ++i) (void)page();
  outcome.service += page();
  agent.reset();
  for (std::size_t i = 0; i < std::size(kCalls); ++i) outcome.calls.push_back(fake::Calls(kCalls[i].call) - before[i]);
  outcome.handles = fake::OpenHandles() - handles;
  outcome.bad_closes = fake::BadCloses();
  return outcome;
}

void Fail(const Row& row, Win32Error error, unsigned after) {
  if (row.of_job)
    fake::FailNextOn(after % 2 == 0 ? "winjob-build" : "winjob-guest", row.call, error, after / 2);
  else
    fake::FailNext(row.call, error, after);
}

TEST(Faults, OfOneJobChangeNoOtherAndAreMadeGood) {
  const Outcome usual = Live([] {});
  ASSERT_TRUE(usual.recovered);
  ASSERT_EQ(usual.handles, 0U);
  EXPECT_NE(usual.service.find("winjob_cpu_seconds_total"), std::string::npos) << usual.service;
  unsigned lives = 0;
  for (std::size_t i = 0; i < std::size(kCalls); ++i) {
    const Row& row = kCalls[i];
    ASSERT_GT(usual.calls[i], 0U) << "an agent calls no " << row.name;
    for (std::size_t e = 0; e < std::size(kErrors); ++e) {
      const auto after = static_cast<unsigned>(e) % usual.calls[i];
      SCOPED_TRACE(std::string(row.name) + ", after " + std::to_string(after) + ": " +
                   make_error_code(kErrors[e]).message());
      const Outcome outcome = Live([&] { Fail(row, kErrors[e], after); });
      EXPECT_EQ(outcome.service, usual.service);
      EXPECT_TRUE(outcome.recovered);
      EXPECT_EQ(outcome.handles, 0U);
      EXPECT_EQ(outcome.bad_closes, 0U);
      if (HasFailure()) return;
      ++lives;
    }
  }
  RecordProperty("lives", static_cast<int>(lives));
}

}  // namespace
}  // namespace winjob::exporter
