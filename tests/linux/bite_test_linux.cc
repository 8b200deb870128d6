// Every limit of level full stops a real process that goes against it.
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/linux/support.h"
#include "tests/linux/test_port.h"
#include "winjob/job.h"
#include "winjob/limit_table.h"

namespace winjob::linux_test {
namespace {

using std::chrono::steady_clock;

constexpr const char* kSpin = "while :; do :; done";
// Holds 200 MiB in the memory of one process.
constexpr const char* kHog = "head -c 200M /dev/zero | tail -c 200M > /dev/null";

class LinuxBite : public FullTest {
 protected:
  /// The job of `name` as the library's object: limits are set through it.
  static Job Of(const TestJob& job) { return *Job::Open(job.name(), abi::kJobAllAccess); }

  static void Limit(const TestJob& job, const Limits& limits) {
    const LimitError error = Of(job).SetLimits(limits);
    ASSERT_FALSE(error) << Describe(error);
  }
};

std::string Line(ProcessId id, const char* file, std::string_view key) {
  std::ifstream in("/proc/" + std::to_string(static_cast<std::uint32_t>(id)) + "/" + file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(key)) return line.substr(key.size());
  return {};
}

bool Has(const std::vector<kernel::Packet>& packets, std::uint32_t message) { return Count(packets, message, 5) != 0; }

/// A file whose appearance lets a script go on.
class Gate {
 public:
  Gate() : path_("/tmp/winjob-gate." + std::to_string(::getpid())) { std::filesystem::remove(path_); }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate() { std::filesystem::remove(path_); }
  [[nodiscard]] std::string Wait() const { return "while [ ! -e " + path_ + " ]; do sleep 0.01; done; "; }
  void Open() const { std::ofstream{path_}; }

 private:
  std::string path_;
};

TEST_F(LinuxBite, JobMemoryKillsTheHogAndSparesTheNeighbour) {
  TestJob job, neighbour;
  const TestPort port;
  ASSERT_EQ(port.Watch(job, 5), std::error_code());
  Limit(job, {.job_memory = Bytes(64 << 20)});
  const Handle other = neighbour.Shell(kHog);
  EXPECT_EQ(ExitCode(job.Shell(kHog)), 128u + 9u);
  EXPECT_EQ(ExitCode(other), 0u);
  EXPECT_EQ(job.Accounting().TotalTerminatedProcesses, 1u);
  EXPECT_EQ(neighbour.Accounting().TotalTerminatedProcesses, 0u);
  EXPECT_TRUE(
      Has(port.Collect([](const auto& all) { return Has(all, abi::kMsgJobMemoryLimit); }), abi::kMsgJobMemoryLimit));
  MemoryUsage memory;
  ASSERT_FALSE(Of(job).QueryMemory(memory));
  EXPECT_LE(memory.peak_job->count(), 64u << 20);
  EXPECT_GT(memory.peak_job->count(), 32u << 20);
}

TEST_F(LinuxBite, ProcessMemoryFailsTheAllocationOfNewAndPresentMembers) {
  TestJob job;
  const Gate gate;
  const Handle present = job.Shell(gate.Wait() + kHog);
  Limit(job, {.process_memory = Bytes(64 << 20)});
  gate.Open();
  EXPECT_EQ(ExitCode(present), 1u) << "tail: memory exhausted";
  EXPECT_EQ(ExitCode(job.Shell(kHog)), 1u);
  EXPECT_EQ(ExitCode(job.Shell("head -c 9M /dev/zero | tail -c 9M > /dev/null")), 0u);
  ASSERT_FALSE(Of(job).ResetLimits({LimitKind::kProcessMemory}));
  EXPECT_EQ(ExitCode(job.Shell(kHog)), 0u);
  EXPECT_EQ(job.Accounting().TotalTerminatedProcesses, 0u);
}

TEST_F(LinuxBite, ActiveProcessesStopsAForkBombAtExactlyTheLimit) {
  TestJob job;
  const TestPort port;
  ASSERT_EQ(port.Watch(job, 5), std::error_code());
  Limit(job, {.active_processes = 8});
  // A shell that cannot fork ends; the one that started it stays.
  const Handle bomb = job.Shell("(i=0; while [ $i -lt 40 ]; do sleep 60 & i=$((i+1)); done); exec sleep 60");
  EXPECT_TRUE(Has(port.Collect([](const auto& all) { return Has(all, abi::kMsgActiveProcessLimit); }),
                  abi::kMsgActiveProcessLimit));
  EXPECT_TRUE(Eventually([&] { return job.Members().size() == 7; })) << job.Members().size();  // less the bomb itself
  const Handle last = job.Shell("exec sleep 60");
  kernel::StartRequest request;
  request.command = {"/bin/true"};
  kernel::RawHandle raw = job.raw();
  kernel::RawHandle process = nullptr;
  ProcessId id = ProcessId::kNone;
  EXPECT_EQ(kernel::StartProcess(request, std::span(&raw, 1), process, id), Win32Error::kNotEnoughQuota);
  EXPECT_EQ(job.Members().size(), 8u);

  const TestJob outside;
  ProcessId free = ProcessId::kNone;
  request.command = {"/bin/sleep", "60"};
  ASSERT_EQ(kernel::StartProcess(request, {}, process, free), std::error_code());
  const Handle owner(process);
  EXPECT_EQ(kernel::AssignProcess(job.raw(), process), Win32Error::kNotEnoughQuota);
  EXPECT_EQ(kernel::TerminateProcess(process, 1), std::error_code());
  EXPECT_TRUE(ExitCode(owner));
}

double UserSeconds(const TestJob& job) { return static_cast<double>(job.Accounting().TotalUserTime) / 1e7; }

TEST_F(LinuxBite, AHardCapHoldsTwoSpinnersToItsShareOfTheMachine) {
  const TestJob job;
  const CpuRate rate = *CpuRate::FromCores(0.3, kernel::ProcessorCount());
  Limit(job, {.cpu = CpuLimit{CpuCap{rate, true}, false}});
  const auto used = [&] {
    const auto accounting = job.Accounting();
    return static_cast<double>(accounting.TotalUserTime + accounting.TotalKernelTime) / 1e7;
  };
  TestJob starter(job.name());
  const Handle first = starter.Shell(kSpin);
  const Handle second = starter.Shell(kSpin);
  const auto begin = steady_clock::now();
  const double before = used();
  // The kernel lets a period overrun and takes it back from the next ones: what holds is the share over a while.
  double share = 0.0;
  EXPECT_TRUE(Eventually([&] {
    const double seconds = std::chrono::duration<double>(steady_clock::now() - begin).count();
    share = (used() - before) / seconds;
    return seconds >= 2.0 && share <= 1.03 * 0.3 && share >= 0.1;
  })) << share;
}

/// How much more processor time the second job gets than the first while both compete for processor 0.
double Favour(const Limits& first, const Limits& second) {
  TestJob poor, rich;
  for (const auto& [job, limits] : {std::pair(&poor, first), std::pair(&rich, second)}) {
    Limits with_processor = limits;
    with_processor.affinity = AffinityMask{1};
    const LimitError error = Job::Open(job->name(), abi::kJobAllAccess)->SetLimits(with_processor);
    EXPECT_FALSE(error) << Describe(error);
  }
  const Handle one = poor.Shell(kSpin);
  const Handle other = rich.Shell(kSpin);
  const double poor_before = UserSeconds(poor);
  const double rich_before = UserSeconds(rich);
  EXPECT_TRUE(Eventually([&] { return UserSeconds(rich) - rich_before >= 1.0; }, std::chrono::seconds(60)));
  return (UserSeconds(rich) - rich_before) / std::max(UserSeconds(poor) - poor_before, 0.001);
}

TEST_F(LinuxBite, AWeightDividesAProcessor) {
  EXPECT_GT(Favour({.cpu = CpuLimit{*CpuWeight::From(1), false}}, {.cpu = CpuLimit{*CpuWeight::From(9), false}}), 4.0);
}

TEST_F(LinuxBite, ASchedulingClassDividesAProcessor) {
  EXPECT_GT(Favour({.scheduling_class = SchedulingClass::From(0)}, {.scheduling_class = SchedulingClass::From(9)}),
            4.0);
}

TEST_F(LinuxBite, AffinityCannotBeLeft) {
  if (kernel::ProcessorCount() < 2) GTEST_SKIP() << "one processor cannot be left anyway";
  TestJob job;
  ProcessId present = ProcessId::kNone;
  const Handle process = job.Shell("exec sleep 60", &present);
  const std::string before = Line(present, "status", "Cpus_allowed_list:\t");
  for (const Limits& limits : {Limits{.affinity = AffinityMask{2}}, Limits{.group_affinity = {{GroupMask{0, 2}}}}}) {
    Limit(job, limits);
    EXPECT_EQ(Line(present, "status", "Cpus_allowed_list:\t"), "1");
    EXPECT_NE(ExitCode(job.Shell("taskset -p 1 $$ > /dev/null 2>&1 && [ $(taskset -p $$ | sed 's/.*: //') = 1 ]")), 0u);
    ASSERT_FALSE(Of(job).ResetLimits(AllKinds()));
    EXPECT_EQ(Line(present, "status", "Cpus_allowed_list:\t"), before);
  }
}

TEST_F(LinuxBite, PriorityClassIsTheNiceValueOfNewAndPresentMembers) {
  TestJob job;
  ProcessId present = ProcessId::kNone;
  const Handle process = job.Shell("exec sleep 60", &present);
  Limit(job, {.priority_class = PriorityClass::kIdle});
  EXPECT_EQ(::getpriority(PRIO_PROCESS, static_cast<id_t>(present)), 19);
  EXPECT_EQ(ExitCode(job.Shell("exit $(nice)")), 19u);
  Limit(job, {.priority_class = PriorityClass::kHigh});
  EXPECT_EQ(::getpriority(PRIO_PROCESS, static_cast<id_t>(present)), -10);
  ASSERT_FALSE(Of(job).ResetLimits(AllKinds()));
  EXPECT_EQ(::getpriority(PRIO_PROCESS, static_cast<id_t>(present)), ::getpriority(PRIO_PROCESS, 0));
}

TEST_F(LinuxBite, DieOnUnhandledExceptionLeavesNoCore) {
  rlimit core{};
  ASSERT_EQ(::getrlimit(RLIMIT_CORE, &core), 0);
  if (core.rlim_max == 0) GTEST_SKIP() << "this machine allows no core files anyway";
  const rlimit before = core;
  core.rlim_cur = core.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_CORE, &core), 0);
  TestJob job;
  EXPECT_EQ(ExitCode(job.Shell("[ $(ulimit -c) != 0 ]")), 0u);
  Limit(job, {.die_on_unhandled_exception = true});
  EXPECT_EQ(ExitCode(job.Shell("[ $(ulimit -c) = 0 ]")), 0u);
  EXPECT_EQ(::setrlimit(RLIMIT_CORE, &before), 0);
}

TEST_F(LinuxBite, JobUserTimeEndsTheJobAndAdmitsNobodyUntilItIsTakenOff) {
  TestJob job;
  const Handle idle = job.Shell("exec sleep 60");
  Limit(job, {.job_user_time = Ticks(3'000'000)});
  const Handle spinner = job.Shell(kSpin);
  EXPECT_EQ(ExitCode(spinner), 128u + 9u);
  EXPECT_EQ(ExitCode(idle), 128u + 9u);
  const auto accounting = job.Accounting();
  EXPECT_GE(accounting.ThisPeriodTotalUserTime, 3'000'000);
  EXPECT_EQ(accounting.TotalTerminatedProcesses, 2u);

  kernel::StartRequest request;
  request.command = {"/bin/true"};
  kernel::RawHandle raw = job.raw();
  kernel::RawHandle process = nullptr;
  ProcessId id = ProcessId::kNone;
  EXPECT_EQ(kernel::StartProcess(request, std::span(&raw, 1), process, id), Win32Error::kNotEnoughQuota);
  ASSERT_FALSE(Of(job).ResetLimits({LimitKind::kJobUserTime}));
  EXPECT_EQ(ExitCode(job.Shell("exit 3")), 3u);
}

TEST_F(LinuxBite, EndOfJobTimeIsPostedOnceAndTheJobRunsOn) {
  TestJob job;
  const TestPort port;
  ASSERT_EQ(port.Watch(job, 5), std::error_code());
  Limit(job, {.job_user_time = Ticks(2'000'000), .end_of_job_time = EndOfJobTime::kPost});
  ProcessId id = ProcessId::kNone;
  const Handle spinner = job.Shell(kSpin, &id);
  auto packets = port.Collect([](const auto& all) { return Has(all, abi::kMsgEndOfJobTime); });
  EXPECT_EQ(Count(packets, abi::kMsgEndOfJobTime, 5), 1u);
  EXPECT_EQ(Of(job).QueryLimits()->job_user_time, std::nullopt);
  const double used = UserSeconds(job);
  EXPECT_TRUE(Eventually([&] { return UserSeconds(job) > used + 0.3; })) << "it runs on";
  EXPECT_TRUE(Alive(static_cast<std::uint64_t>(id)));
}

TEST_F(LinuxBite, ProcessUserTimeEndsTheSpinnerAlone) {
  TestJob job;
  const TestPort port;
  ASSERT_EQ(port.Watch(job, 5), std::error_code());
  Limit(job, {.process_user_time = Ticks(2'000'000)});
  ProcessId sleeper = ProcessId::kNone;
  ProcessId id = ProcessId::kNone;
  const Handle idle = job.Shell("exec sleep 60", &sleeper);
  const Handle spinner = job.Shell(kSpin, &id);
  EXPECT_EQ(ExitCode(spinner), 128u + 9u);
  EXPECT_TRUE(Alive(static_cast<std::uint64_t>(sleeper)));
  EXPECT_EQ(job.Accounting().TotalTerminatedProcesses, 1u) << "counted before it is gone";
  const auto packets = port.Collect([](const auto& all) { return Has(all, abi::kMsgEndOfProcessTime); });
  const auto told = std::ranges::find(packets, abi::kMsgEndOfProcessTime, &kernel::Packet::message);
  ASSERT_NE(told, packets.end());
  EXPECT_EQ(told->value, static_cast<std::uint64_t>(id));
}

TEST_F(LinuxBite, ADiskRateHoldsAWriterAndTheTrafficIsCounted) {
  TestJob job;
  const std::string file = std::filesystem::absolute("winjob-bite." + std::to_string(::getpid())).string();
  const std::string write = "dd if=/dev/zero of=" + file + " bs=256k count=8 oflag=direct 2> /dev/null";
  constexpr double kRate = 1 << 20;
  const LimitError error = Of(job).SetLimits({.io = {{IoRate{std::filesystem::current_path(), 0, Bytes(1 << 20), 0}}}});
  if (error.error == Win32Error::kFileNotFound) GTEST_SKIP() << "the working directory lies on no disk";
  ASSERT_FALSE(error) << Describe(error);
  Counters before;
  ASSERT_FALSE(Of(job).QueryCounters(before));
  const auto begin = steady_clock::now();
  const Handle writer = job.Shell(write);
  const std::optional<std::uint32_t> code = ExitCode(writer);
  const double elapsed = std::chrono::duration<double>(steady_clock::now() - begin).count();
  std::filesystem::remove(file);
  if (code != 0u) GTEST_SKIP() << "the file system takes no direct writes";
  Counters after;
  ASSERT_FALSE(Of(job).QueryCounters(after));
  const auto written = static_cast<double>(after.write_bytes->count() - before.write_bytes->count());
  EXPECT_GE(written, 2 << 20);
  EXPECT_GE(*after.write_operations - *before.write_operations, 8u);
  EXPECT_LE(2 << 20, 1.05 * kRate * elapsed + 128 * 1024) << "2 MiB in " << elapsed << " s";
}

}  // namespace
}  // namespace winjob::linux_test
