// Nested jobs on groups: what the contract does not ask, because it is Linux's own: where the groups stand, other
// programs that hold the jobs, the order of closing.
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <functional>

#include "tests/linux/support.h"
#include "tests/linux/test_port.h"
#include "winjob/job_directory.h"
#include "winjob/linux/level.h"

namespace winjob::linux_test {
namespace {

bool Exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

const linux_kernel::ControllerPlace& Memory() {
  return At(linux_kernel::CurrentPlatform().controllers, linux_kernel::Controller::kMemory);
}

/// What another program does: it makes both jobs, starts the script in both, and then `after`, whose answer is its own.
std::function<bool()> NestAndStart(const std::string& outer_name, const std::string& inner_name, const char* script,
                                   bool (*after)(TestJob& outer, TestJob& inner)) {
  return [=] {
    static TestJob outer(outer_name);
    static TestJob inner(inner_name);
    const std::array jobs = {outer.raw(), inner.raw()};
    static const Handle process = StartShell(jobs, script);
    return after(outer, inner);
  };
}

class LinuxNesting : public CoreTest {
 protected:
  [[nodiscard]] Handle Nested(const std::string& script, ProcessId* id = nullptr) const {
    const std::array jobs = {outer_.raw(), inner_.raw()};
    return StartShell(jobs, script, id);
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
  const auto time = [](const auto& of) { return of.TotalUserTime + of.TotalKernelTime; };
  EXPECT_GT(time(inner), 0);
  EXPECT_GT(time(outer), time(inner));
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
    ASSERT_EQ(ExitCode(StartShell(jobs, "exit 0")), 0U);
    ASSERT_TRUE(inner.IsEmptySoon());
    (outer_first ? outer : inner).CloseNow();
    EXPECT_EQ(Exists(GroupPath(outer.name())), true) << "the inner one stands in it, or it is held";
    (outer_first ? inner : outer).CloseNow();
    EXPECT_FALSE(Exists(GroupPath(inner.name()))) << outer_first;
    EXPECT_FALSE(Exists(GroupPath(outer.name()))) << outer_first;
  }
}

// A member may have made groups of its own, and a program may have died while it nested a job.
TEST_F(LinuxNesting, GroupsOfNoJobThatAreBelowAnEmptyOneGoWithIt) {
  ASSERT_EQ(ExitCode(outer_.Shell("exit 0")), 0U);
  const std::filesystem::path group = GroupPath(outer_.name());
  const std::filesystem::path half_nested = group / std::filesystem::path(GroupPath(inner_.name())).filename();
  std::vector<std::filesystem::path> all = {half_nested, group / "made", group / "made/deeper"};
  const std::filesystem::path of_memory = Memory().folder() / group.filename();
  if (Memory().version == 1) all.push_back(of_memory / "made");
  for (const auto& path : all) ASSERT_EQ(::mkdir(path.c_str(), 0755), 0) << path;
  ASSERT_TRUE(outer_.IsEmptySoon());
  outer_.CloseNow();
  EXPECT_FALSE(Exists(group));
  EXPECT_FALSE(Exists(of_memory));
  EXPECT_TRUE(Exists(GroupPath(inner_.name()))) << "it is held";
}

// A program in a job has the groups of version 1 of its own jobs there, and another may still hold those.
TEST_F(LinuxNesting, TheFolderOfAProgramInTheJobIsNotEmptied) {
  if (Memory().version != 1) GTEST_SKIP() << "memory is no controller of version 1 here";
  const std::filesystem::path all = Memory().folder();
  const std::filesystem::path group = all / std::filesystem::path(GroupPath(outer_.name())).filename();
  const std::filesystem::path kept = group / "winjob/kept";
  for (const auto& path : {kept.parent_path(), kept}) ASSERT_EQ(::mkdir(path.c_str(), 0755), 0) << path;
  outer_.CloseNow();
  EXPECT_TRUE(Exists(kept));
  inner_.CloseNow();
  for (const auto& path : {kept, kept.parent_path(), group, all}) ::rmdir(path.c_str());
}

// The inner job's close waits for what the outer one's termination ends, as it would for its own.
TEST_F(LinuxNesting, AMemberThatIsSlowToEndWithTheOuterJobLeavesNoGroup) {
  ProcessId id = ProcessId::kNone;
  const Handle process = Nested("exec sleep 30", &id);
  HeldAtItsEnd member(id);
  if (!member.works()) GTEST_SKIP() << "a program may not trace its children here";
  ASSERT_EQ(kernel::TerminateJob(outer_.raw(), 1), std::error_code());
  ASSERT_TRUE(member.IsHeld());
  inner_.CloseNow();
  EXPECT_TRUE(Exists(GroupPath(inner_.name())));
  member.Release();
  EXPECT_EQ(ExitCode(process), 128U + 9U);
  EXPECT_TRUE(Eventually([&] { return !Exists(GroupPath(inner_.name())); }, std::chrono::seconds(20)));
}

TEST_F(LinuxNesting, DeathOfTheHolderOfTheOuterJobKillsTheInnerOnesMembers) {
  const std::string outer_name = UniqueName();
  const std::string inner_name = UniqueName();
  const auto after = [](TestJob& outer, TestJob& inner) {
    outer.SetKillOnClose(true);
    return Eventually([&] { return inner.Members().size() == 2; });
  };
  OtherProgram holder(NestAndStart(outer_name, inner_name, "sleep 30 & exec sleep 30", after));
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
    static const Handle process = StartShell(jobs, "exec sleep 30");
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
  const auto after = [](TestJob& outer, TestJob& inner) {
    return Eventually([&] { return inner.Accounting().TotalProcesses + outer.Accounting().TotalProcesses == 4; });
  };
  OtherProgram other(NestAndStart(outer_name, inner_name, "/bin/true; exec sleep 30", after));
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
  const auto after = [](TestJob&, TestJob& inner) {
    return Eventually([&] { return inner.Accounting().TotalProcesses == 2 && inner.Members().size() == 1; });
  };
  OtherProgram other(NestAndStart(outer_name, inner_name, "/bin/true; exec sleep 30", after));
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

TEST_F(LinuxNesting, WhatAMemberStartsIsInItsOwnJobsToo) {
  const std::string own_name = UniqueName();
  const std::string listed_name = UniqueName();
  OtherProgram member([&] {
    static TestJob own(own_name);
    static TestJob listed(listed_name);
    kernel::RawHandle self = nullptr;
    if (kernel::OpenProcess(kernel::CurrentProcessId(), abi::kProcessSetQuota | abi::kProcessTerminate, self) ||
        kernel::AssignProcess(own.raw(), self))
      return false;
    const Handle owner(self);
    static const Handle in_both = listed.Shell("exec sleep 30");
    static const Handle in_own = own.Shell("exec sleep 30");
    static const Handle in_none = StartShell(std::span<const kernel::RawHandle>(), "exec sleep 30");
    const std::size_t started = own.Accounting().TotalProcesses;
    return listed.Members().size() == 1 && own.Members().size() == 4 && (started == 4 || started == 0);
  });
  EXPECT_TRUE(member.Go());
  TestJob own(own_name);
  member.Kill();
  EXPECT_TRUE(Eventually([&] { return own.Members().size() == 3; }));
  own.End();
  std::vector<std::string> names;
  std::ignore = kernel::ListJobs(names);  // which removes the one that nobody holds
}

// What the port hears goes on from the new place.
TEST_F(LinuxNesting, APortThatIsTiedBeforeTheNestingHearsOfItsMembers) {
  const TestPort port;
  ASSERT_EQ(port.Watch(inner_, 33), std::error_code());
  const Handle process = Nested("exec /bin/true");
  const auto packets = port.CollectUntilEmpty();
  EXPECT_EQ(Count(packets, abi::kMsgNewProcess, 33), 1U);
  EXPECT_EQ(Count(packets, abi::kMsgExitProcess, 33), 1U);
}

}  // namespace
}  // namespace winjob::linux_test
