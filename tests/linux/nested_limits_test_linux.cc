// Limits of nested jobs on groups: those that are kept with processes or in groups of version 1, whenever they are set.
#include <sched.h>
#include <sys/resource.h>

#include <array>

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

}  // namespace
}  // namespace winjob::linux_test
