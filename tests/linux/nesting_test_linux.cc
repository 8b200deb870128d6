// Nested jobs on groups: what the contract does not ask, because it is Linux's own: where the groups stand, other
// programs that hold the jobs, limits that are kept with processes or in groups of version 1.
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "tests/linux/support.h"
#include "winjob/job_directory.h"
#include "winjob/limits.h"

namespace winjob::linux_test {
namespace {

/// Runs `/bin/sh -c script` in all these jobs, the outermost first.
Handle ShellIn(std::span<const kernel::RawHandle> jobs, const std::string& script, ProcessId* id = nullptr) {
  kernel::StartRequest request;
  request.command = {"/bin/sh", "-c", script};
  kernel::RawHandle process = nullptr;
  ProcessId started = ProcessId::kNone;
  EXPECT_EQ(kernel::StartProcess(request, jobs, process, started), std::error_code());
  if (id != nullptr) *id = started;
  return Handle(process);
}

bool Exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

void SetLimits(const TestJob& job, const abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& limits) {
  ASSERT_EQ(Set(job.raw(), limits), std::error_code());
}

class LinuxNesting : public CoreTest {
 protected:
  [[nodiscard]] Handle Nested(const std::string& script, ProcessId* id = nullptr) const {
    const std::array jobs = {outer_.raw(), inner_.raw()};
    return ShellIn(jobs, script, id);
  }

  void TearDown() override {
    outer_.End();
    inner_.End();
    CoreTest::TearDown();
  }

  TestJob outer_;
  TestJob inner_;
};

TEST_F(LinuxNesting, TheInnerGroupStandsInTheOuterAndItsNameStays) {
  const Handle process = Nested("exec sleep 30");
  const std::string encoded = std::filesystem::path(GroupPath(inner_.name())).filename();
  EXPECT_TRUE(Exists(GroupPath(outer_.name()) + "/" + encoded));
  EXPECT_TRUE(Exists(GroupPath(inner_.name()))) << "by which it is found";
  const TestJob again(inner_.name());
  EXPECT_TRUE(again.existed());
  EXPECT_EQ(again.Members().size(), 1U);
}

TEST_F(LinuxNesting, TheOuterCountsAllAndTheInnerItsOwn) {
  const Handle direct = outer_.Shell("for i in 1 2 3; do /bin/true; done; exec sleep 30");
  const Handle nested =
      Nested("for i in 1 2 3 4 5; do /bin/true; done; i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; exec sleep 30");
  ASSERT_TRUE(
      Eventually([&] { return inner_.Accounting().TotalProcesses == 6 && outer_.Accounting().TotalProcesses == 10; }));
  ASSERT_TRUE(Eventually([&] { return inner_.Members().size() == 1 && outer_.Members().size() == 2; }));
  const auto inner = inner_.Accounting();
  const auto outer = outer_.Accounting();
  EXPECT_EQ(inner.ActiveProcesses, 1U);
  EXPECT_EQ(outer.ActiveProcesses, 2U);
  EXPECT_GT(inner.TotalPageFaultCount, 0U);
  EXPECT_GT(outer.TotalPageFaultCount, inner.TotalPageFaultCount);
  EXPECT_GT(inner.TotalUserTime, 0);
  EXPECT_GT(outer.TotalUserTime, inner.TotalUserTime);
}

TEST_F(LinuxNesting, AJobIsStartedInAfterTheOuterWasTerminated) {
  ASSERT_EQ(ExitCode(Nested("exit 3")), 3U);
  ASSERT_EQ(kernel::TerminateJob(outer_.raw(), 1), std::error_code());
  EXPECT_EQ(ExitCode(inner_.Shell("exit 5")), 5U) << "a kill reaches those who are there, not those who come";
  EXPECT_EQ(ExitCode(outer_.Shell("exit 7")), 7U);
}

TEST_F(LinuxNesting, AFrozenOuterJobStopsTheInnerAndBlocksNoStart) {
  const Handle spinner = Nested("while :; do :; done");
  abi::JOBOBJECT_FREEZE_INFORMATION freeze{};
  freeze.Flags = 1;
  freeze.Freeze = 1;
  ASSERT_EQ(Set(outer_.raw(), freeze), std::error_code());
  const auto still = [&] {
    const std::int64_t before = inner_.Accounting().TotalUserTime;
    ::usleep(20'000);
    return inner_.Accounting().TotalUserTime == before;
  };
  EXPECT_TRUE(Eventually(still));
  const Handle waiting = inner_.Shell("exit 11");
  freeze.Freeze = 0;
  ASSERT_EQ(Set(outer_.raw(), freeze), std::error_code());
  EXPECT_EQ(ExitCode(waiting), 11U);
}

TEST_F(LinuxNesting, GroupsGoWithTheLastJobInWhateverOrderTheyAreClosed) {
  for (const bool outer_first : {true, false}) {
    TestJob outer;
    TestJob inner;
    const std::array jobs = {outer.raw(), inner.raw()};
    ASSERT_EQ(ExitCode(ShellIn(jobs, "exit 0")), 0U);
    ASSERT_TRUE(inner.IsEmptySoon());
    (outer_first ? outer : inner).CloseNow();
    EXPECT_EQ(Exists(GroupPath(outer.name())), true) << "the inner one stands in it, or it is held";
    (outer_first ? inner : outer).CloseNow();
    EXPECT_FALSE(Exists(GroupPath(inner.name()))) << outer_first;
    EXPECT_FALSE(Exists(GroupPath(outer.name()))) << outer_first;
  }
}

TEST_F(LinuxNesting, DeathOfTheHolderOfTheOuterJobKillsTheInnerOnesMembers) {
  const std::string outer_name = UniqueName();
  const std::string inner_name = UniqueName();
  OtherProgram holder([&] {
    static TestJob outer(outer_name);
    static TestJob inner(inner_name);
    outer.SetKillOnClose(true);
    const std::array jobs = {outer.raw(), inner.raw()};
    static const Handle process = ShellIn(jobs, "sleep 30 & exec sleep 30");
    return Eventually([&] { return inner.Members().size() == 2; });
  });
  ASSERT_TRUE(holder.Go());
  const std::vector<std::uint64_t> children = holder.Children();
  holder.Kill();
  for (const std::uint64_t child : children) EXPECT_TRUE(Eventually([&] { return !Alive(child); })) << child;
  EXPECT_TRUE(Eventually([&] {
    std::vector<std::string> names;
    std::ignore = kernel::ListJobs(names);  // which removes what nobody holds
    return !Exists(GroupPath(outer_name)) && !Exists(GroupPath(inner_name));
  }));
}

TEST_F(LinuxNesting, DeathOfTheHolderOfTheInnerJobKillsItsMembersWhereTheyAre) {
  const std::string outer_name = UniqueName();
  const std::string inner_name = UniqueName();
  OtherProgram holder([&] {
    static TestJob inner(inner_name);
    inner.SetKillOnClose(true);  // its guardian is older than the nesting
    static TestJob outer(outer_name);
    const std::array jobs = {outer.raw(), inner.raw()};
    static const Handle process = ShellIn(jobs, "exec sleep 30");
    return inner.Members().size() == 1;
  });
  TestJob outer(outer_name);
  ASSERT_TRUE(holder.Go());
  EXPECT_EQ(outer.Members().size(), 1U) << "the other program nested it";
  holder.Kill();
  EXPECT_TRUE(outer.IsEmptySoon());
  EXPECT_TRUE(Eventually([&] { return !Exists(GroupPath(inner_name)); }));
}

// Whoever held the inner job before goes on to count it and to hear of it.
TEST_F(LinuxNesting, AJobThatAnotherProgramNestsIsFollowed) {
  const std::string outer_name = UniqueName();
  const std::string inner_name = UniqueName();
  OtherProgram other([&] {
    static TestJob outer(outer_name);
    static TestJob inner(inner_name);
    const std::array jobs = {outer.raw(), inner.raw()};
    static const Handle process = ShellIn(jobs, "/bin/true; exec sleep 30");
    return Eventually([&] { return inner.Accounting().TotalProcesses + outer.Accounting().TotalProcesses == 4; });
  });
  TestJob inner(inner_name);
  ASSERT_TRUE(other.Go());
  EXPECT_TRUE(Eventually([&] { return inner.Accounting().TotalProcesses == 2; }));
  EXPECT_TRUE(Eventually([&] { return inner.Accounting().ActiveProcesses == 1; }))
      << "the other one takes a moment to end";
  EXPECT_EQ(ExitCode(inner.Shell("exit 9")), 9U);
  TestJob outer(outer_name);
  EXPECT_EQ(outer.Accounting().TotalProcesses, 3U) << "a start of ours in the inner one counts in both";
  other.Kill();  // so that ours are the last closes
}

TEST_F(LinuxNesting, TheNextProgramFindsTheMembersAndTheTotalsOfANestedJob) {
  const std::string outer_name = UniqueName();
  const std::string inner_name = UniqueName();
  OtherProgram other([&] {
    static TestJob outer(outer_name);
    static TestJob inner(inner_name);
    const std::array jobs = {outer.raw(), inner.raw()};
    static const Handle process = ShellIn(jobs, "/bin/true; exec sleep 30");
    return Eventually([&] { return inner.Accounting().TotalProcesses == 2 && inner.Members().size() == 1; });
  });
  ASSERT_TRUE(other.Go());
  other.Kill();
  TestJob inner(inner_name);
  EXPECT_TRUE(inner.existed());
  EXPECT_EQ(inner.Members().size(), 1U);
  EXPECT_EQ(inner.Accounting().TotalProcesses, 2U);
  const TestJob outer(outer_name);
  EXPECT_TRUE(outer.existed());
  EXPECT_EQ(outer.Members(), inner.Members());
  inner.End();
  EXPECT_TRUE(outer.Members().empty());
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
  const Handle inner = ShellIn(jobs, "exec sleep 30", &nested);
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
  const Handle nested = ShellIn(jobs, "exec sleep 30");
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
  const Handle nested = ShellIn(jobs, "exec sleep 30", &id);
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
