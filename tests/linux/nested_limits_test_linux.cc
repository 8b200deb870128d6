// Limits of nested jobs on groups: those that are kept with processes or in groups of version 1, whenever they are set.
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "tests/linux/support.h"
#include "winjob/limits.h"

namespace winjob::linux_test {
namespace {

void SetLimits(const TestJob& job, const abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& limits) {
  ASSERT_EQ(Set(job.raw(), limits), std::error_code());
}

class LinuxNestedLimits : public FullTest {
 protected:
  void TearDown() override {
    outer_.End();
    inner_.End();
    FullTest::TearDown();
  }

  TestJob outer_;
  TestJob inner_;
};

rlim_t SoftDataLimit(ProcessId id) {
  rlimit limit{};
  return ::prlimit(static_cast<pid_t>(id), RLIMIT_DATA, nullptr, &limit) == 0 ? limit.rlim_cur : 0;
}

int NiceOf(ProcessId id) { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(id)); }

abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION MemoryAndPriority(std::uint64_t bytes, PriorityClass priority) {
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = abi::kLimitProcessMemory | abi::kLimitPriorityClass;
  limits.BasicLimitInformation.PriorityClass = static_cast<std::uint32_t>(priority);
  limits.ProcessMemoryLimit = bytes;
  return limits;
}

// Set before and after the nesting, raised and taken off: members have the stricter of both at any time.
TEST_F(LinuxNestedLimits, WhatIsKeptWithProcessesIsTheStricterOfBothWheneverItIsSet) {
  constexpr std::uint64_t kMiB = 1 << 20;
  SetLimits(inner_, MemoryAndPriority(900 * kMiB, PriorityClass::kBelowNormal));
  ProcessId nested{};
  ProcessId direct{};
  const std::array jobs = {outer_.raw(), inner_.raw()};
  const Handle inner = StartShell(jobs, "exec sleep 30", &nested);
  const Handle outer = outer_.Shell("exec sleep 30", &direct);
  EXPECT_EQ(SoftDataLimit(nested), 900 * kMiB);
  EXPECT_EQ(NiceOf(nested), 10);
  SetLimits(outer_, MemoryAndPriority(800 * kMiB, PriorityClass::kIdle));
  EXPECT_EQ(SoftDataLimit(nested), 800 * kMiB);
  EXPECT_EQ(SoftDataLimit(direct), 800 * kMiB);
  EXPECT_EQ(NiceOf(nested), 19);
  SetLimits(outer_, MemoryAndPriority(1000 * kMiB, PriorityClass::kNormal));
  EXPECT_EQ(SoftDataLimit(nested), 900 * kMiB) << "the inner one's own";
  EXPECT_EQ(SoftDataLimit(direct), 1000 * kMiB);
  EXPECT_EQ(NiceOf(nested), 10);
  EXPECT_EQ(NiceOf(direct), 0);
  SetLimits(inner_, {});
  EXPECT_EQ(SoftDataLimit(nested), 1000 * kMiB) << "the outer one's stays";
  EXPECT_EQ(NiceOf(nested), 0);
}

// With version 1 that is a group that the outer job comes to need when there are members in both already.
TEST_F(LinuxNestedLimits, ALaterLimitOnTheOuterJobHoldsForMembersOfTheInner) {
  const std::array jobs = {outer_.raw(), inner_.raw()};
  const Handle nested = StartShell(jobs, "exec sleep 30");
  const Handle direct = outer_.Shell("exec sleep 30");
  const auto allow = [&](std::uint32_t processes) {
    abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags = processes != 0 ? abi::kLimitActiveProcess : 0;
    limits.BasicLimitInformation.ActiveProcessLimit = processes;
    SetLimits(outer_, limits);
  };
  allow(2);
  kernel::StartRequest request;
  request.command = {"/bin/true"};
  kernel::RawHandle raw = inner_.raw();
  kernel::RawHandle process = nullptr;
  ProcessId id = ProcessId::kNone;
  EXPECT_EQ(kernel::StartProcess(request, std::span(&raw, 1), process, id), Win32Error::kNotEnoughQuota);
  constexpr const char* kForks = "sleep 30 & sleep 30 & sleep 30 & exit 0";
  allow(4);
  EXPECT_EQ(ExitCode(inner_.Shell(kForks)), 2U) << "the shell's answer to a fork that is refused";
  EXPECT_EQ(outer_.Members().size(), 3U) << "it had one child by then";
  allow(0);
  EXPECT_EQ(ExitCode(inner_.Shell(kForks)), 0U);
}

TEST_F(LinuxNestedLimits, TheProcessorsOfBothAreThoseInCommonWheneverTheyAreSet) {
  if (kernel::ProcessorCount() < 2) GTEST_SKIP() << "this machine has a single processor";
  ProcessId id{};
  const std::array jobs = {outer_.raw(), inner_.raw()};
  const Handle nested = StartShell(jobs, "exec sleep 30", &id);
  const auto allow = [](const TestJob& job, std::uint64_t mask) {
    abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags = abi::kLimitAffinity;
    limits.BasicLimitInformation.Affinity = mask;
    SetLimits(job, limits);
  };
  const auto allowed = [&] {
    cpu_set_t set;
    CPU_ZERO(&set);
    ::sched_getaffinity(static_cast<pid_t>(id), sizeof(set), &set);
    return (CPU_ISSET(0, &set) ? 1 : 0) | (CPU_ISSET(1, &set) ? 2 : 0);
  };
  allow(inner_, 3);
  EXPECT_EQ(allowed(), 3);
  allow(outer_, 2);
  EXPECT_EQ(allowed(), 2) << "the outer one narrows the inner";
  allow(inner_, 3);
  EXPECT_EQ(allowed(), 2) << "the inner one cannot widen the outer";
}

void Cap(const TestJob& job, std::uint32_t hundredths) {
  abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION cap{};
  cap.ControlFlags = abi::kCpuRateEnable | abi::kCpuRateHardCap;
  cap.CpuRate = hundredths;
  ASSERT_EQ(Set(job.raw(), cap), std::error_code());
}

/// Processor time that the job uses, of that of one processor, while it is looked at.
double Share(const TestJob& job) {
  const auto used = [&] {
    const auto now = job.Accounting();
    return static_cast<double>(now.TotalUserTime + now.TotalKernelTime) / 1e7;
  };
  const double before = used();
  const auto begun = std::chrono::steady_clock::now();
  ::usleep(1'500'000);
  return (used() - before) / std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

// Version 1 refuses an inner cap above the outer one: it is narrowed, whichever comes first.
TEST_F(LinuxNestedLimits, OfTwoCapsTheLowerHoldsWhicheverIsSetLast) {
  const std::uint32_t fifth = 2000 / kernel::ProcessorCount();  // of one processor, in hundredths of a percent of all
  Cap(inner_, fifth * 3);
  const std::array jobs = {outer_.raw(), inner_.raw()};
  const Handle nested = StartShell(jobs, "while :; do :; done");
  Cap(outer_, fifth);
  EXPECT_LT(Share(inner_), 0.3);
  Cap(inner_, fifth * 2);
  EXPECT_LT(Share(inner_), 0.3) << "it cannot be widened from inside";
}

// What an inner job reads and writes is the outer one's, too.
TEST_F(LinuxNestedLimits, TheDiskTrafficOfTheInnerJobCountsInTheOuter) {
  const std::array jobs = {outer_.raw(), inner_.raw()};
  const std::string file = ::testing::TempDir() + "/nested-" + std::to_string(::getpid());
  const Handle writer = StartShell(
      jobs, "dd if=/dev/zero of='" + file + "' bs=64k count=16 oflag=direct 2>/dev/null; rm -f '" + file + "'");
  ASSERT_TRUE(ExitCode(writer));
  const auto written = [](const TestJob& job) {
    abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION info{};
    EXPECT_EQ(Query(job.raw(), info), std::error_code());
    return info.IoInfo.WriteTransferCount;
  };
  if (written(inner_) == 0) GTEST_SKIP() << "the folder of temporary files is on no disk that is counted";
  EXPECT_EQ(written(inner_), 1U << 20);
  EXPECT_EQ(written(outer_), 1U << 20);
}

}  // namespace
}  // namespace winjob::linux_test
