// Jobs as helper processes: the level of those who may not make groups, chosen here for the whole program.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "tests/linux/support.h"
#include "winjob/linux/proc_tree.h"

namespace winjob::linux_test {
namespace {

using ::testing::Contains;

const bool kChosen = ::setenv("WINJOB_LINUX_LEVEL", "process", 1) == 0;  // before the first call of the seam

class LinuxHelper : public ::testing::Test {
 protected:
  void TearDown() override {
    EXPECT_TRUE(Eventually([] {
      kernel::Close(nullptr);
      return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD;
    })) << "a helper or a member is left";
  }
};

TEST_F(LinuxHelper, LevelNamesTheOverrideAsItsReason) {
  ASSERT_TRUE(kChosen);
  EXPECT_EQ(kernel::Identify().level, "process");
  EXPECT_EQ(kernel::Identify().reason, "chosen by WINJOB_LINUX_LEVEL=process");
}

TEST_F(LinuxHelper, NameFindsTheJobWhileItIsHeld) {
  TestJob job;
  EXPECT_FALSE(job.existed());
  EXPECT_TRUE(TestJob(job.name()).existed());
  job.CloseNow();
  kernel::RawHandle again = nullptr;
  EXPECT_EQ(kernel::OpenJob(job.name(), abi::kJobQuery, again), Win32Error::kFileNotFound);
}

TEST_F(LinuxHelper, StartedProcessIsAMemberWithItsExitCode) {
  TestJob job;
  ProcessId id = ProcessId::kNone;
  const Handle process = job.Shell("exec sleep 30", &id);
  EXPECT_THAT(job.Members(), Contains(static_cast<std::uint64_t>(id)));
  EXPECT_EQ(job.Accounting().ActiveProcesses, 1u);
  bool member = false;
  for (const kernel::RawHandle of : {job.raw(), kernel::RawHandle(nullptr)}) {
    EXPECT_EQ(kernel::IsProcessInJob(process.get(), of, member), std::error_code());
    EXPECT_TRUE(member);
  }
  EXPECT_EQ(ExitCode(job.Shell("exit 7")), 7u);
  EXPECT_EQ(ExitCode(job.Shell("kill -TERM $$")), 128u + 15u);
}

TEST_F(LinuxHelper, FailedStartsSayWhy) {
  TestJob job;
  kernel::StartRequest request;
  request.command = {"/bin/true", std::string(200'000, 'x')};
  kernel::RawHandle raw = job.raw();
  kernel::RawHandle process = nullptr;
  ProcessId id = ProcessId::kNone;
  EXPECT_EQ(kernel::StartProcess(request, std::span(&raw, 1), process, id), Win32Error::kFilenameTooLong);
  request.command = {"/bin/true"};
  request.environment["LARGE"] = std::string(200'000, 'x');
  EXPECT_EQ(kernel::StartProcess(request, std::span(&raw, 1), process, id), Win32Error::kBadEnvironment);
  request.environment.clear();
  request.command = {"no such program"};
  EXPECT_EQ(kernel::StartProcess(request, std::span(&raw, 1), process, id), Win32Error::kFileNotFound);
  EXPECT_EQ(job.Accounting().ActiveProcesses, 0u);
}

TEST_F(LinuxHelper, EnvironmentAndDirectoryReachTheProcess) {
  TestJob job;
  kernel::StartRequest request;
  request.command = {"sh", "-c", R"~([ "$COLOUR" = "dark red" ] && [ "$(pwd)" = /proc ] && [ "$#" = 1 ] && exit 9)~",
                     "sh", ""};
  request.environment["COLOUR"] = "dark red";
  request.directory = "/proc";
  kernel::RawHandle raw = job.raw();
  kernel::RawHandle process = nullptr;
  ProcessId id = ProcessId::kNone;
  ASSERT_EQ(kernel::StartProcess(request, std::span(&raw, 1), process, id), std::error_code());
  EXPECT_EQ(ExitCode(Handle(process)), 9u);
}

TEST_F(LinuxHelper, OrphansStayInTheJob) {
  TestJob job;
  EXPECT_EQ(ExitCode(job.Shell("(setsid sleep 30 & setsid sleep 30 &) & exit 0")), 0u);
  // By name: the shells on their way to the two are members too, and two in number for a moment.
  const auto sleeps = [](std::uint64_t member) { return linux_kernel::IsNamed(static_cast<pid_t>(member), "sleep"); };
  EXPECT_TRUE(Eventually([&] {
    const auto members = job.Members();
    return members.size() == 2 && std::ranges::all_of(members, sleeps);
  }));
}

TEST_F(LinuxHelper, CpuTimeOfEndedMembersStays) {
  TestJob job;
  EXPECT_EQ(ExitCode(job.Shell("/bin/sh -c 'j=0; while [ $j -lt 300000 ]; do j=$((j+1)); done'")), 0u);
  EXPECT_TRUE(Eventually([&] { return job.Accounting().TotalUserTime >= 500'000; }));  // 50 ms
  EXPECT_GT(job.Accounting().TotalPageFaultCount, 0u);
}

TEST_F(LinuxHelper, RunningMembersAreCountedToo) {
  TestJob job;
  const Handle process = job.Shell("while :; do :; done");
  const auto cpu = [&] { return job.Accounting().TotalUserTime + job.Accounting().TotalKernelTime; };
  EXPECT_TRUE(Eventually([&] { return cpu() > 0; }));
  const std::int64_t before = cpu();
  EXPECT_TRUE(Eventually([&] { return cpu() > before; }));
}

TEST_F(LinuxHelper, TerminateEndsForkersAndTheJobGoesOn) {
  TestJob job;
  const Handle process = job.Shell("for i in 1 2 3 4 5; do (while :; do (setsid sleep 0.01 &); done) & done; wait");
  ASSERT_TRUE(Eventually([&] { return job.Members().size() > 6; }));
  ASSERT_EQ(kernel::TerminateJob(job.raw(), 1), std::error_code());
  EXPECT_EQ(job.Accounting().ActiveProcesses, 0u);
  EXPECT_EQ(ExitCode(process), 128u + 9u);
  EXPECT_EQ(ExitCode(job.Shell("exit 3")), 3u);
}

TEST_F(LinuxHelper, LastCloseKillsWhenAskedTo) {
  TestJob job;
  job.SetKillOnClose(true);
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  ASSERT_EQ(Query(job.raw(), info), std::error_code());
  EXPECT_EQ(info.BasicLimitInformation.LimitFlags, abi::kLimitKillOnJobClose);
  const Handle process = job.Shell("sleep 30 & sleep 30 & wait");
  ASSERT_TRUE(Eventually([&] { return job.Members().size() == 3; }));
  const auto members = job.Members();
  job.CloseNow();
  EXPECT_EQ(ExitCode(process), 128u + 9u);
  for (const std::uint64_t member : members) EXPECT_FALSE(Alive(member));
}

TEST_F(LinuxHelper, DeathOfTheHolderKillsOnlyWhenAskedTo) {
  for (const bool kill : {true, false}) {
    const std::string name = UniqueName();
    OtherProgram holder([&] {
      static std::optional<TestJob> job;
      static Handle process;
      job.emplace(name);
      job->SetKillOnClose(kill);
      process = job->Shell("exec sleep 30");
      return Eventually([&] { return job->Members().size() == 1; });
    });
    ASSERT_TRUE(holder.Go());
    const std::vector<std::uint64_t> helper = holder.Children();
    ASSERT_EQ(helper.size(), 1u);
    holder.Kill();
    EXPECT_TRUE(!kill || Eventually([&] { return !Alive(helper[0]); }));
    const TestJob again(name);
    EXPECT_EQ(again.existed(), !kill);
    EXPECT_EQ(again.Members().size(), kill ? 0u : 1u);
  }
}

TEST_F(LinuxHelper, PortHearsWhenTheJobBecomesEmpty) {
  TestJob job;
  kernel::RawHandle port = nullptr;
  ASSERT_EQ(kernel::CreatePort(port), std::error_code());
  const Handle owner(port);
  ASSERT_EQ(Set(job.raw(), abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT{13, port}), std::error_code());
  EXPECT_EQ(kernel::SupportOf(job.raw()).messages, 1U << abi::kMsgActiveProcessZero);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(ExitCode(job.Shell("(:) & (:) & wait")), 0u);
    kernel::Packet room[4];
    std::size_t count = 0;
    ASSERT_EQ(kernel::WaitPort(port, room, std::chrono::seconds(60), count), std::error_code());
    ASSERT_EQ(count, 1u);
    EXPECT_EQ(room[0].key, 13u);
    EXPECT_EQ(room[0].message, abi::kMsgActiveProcessZero);
  }
}

TEST_F(LinuxHelper, WhatItCannotDoItRefuses) {
  TestJob job;
  kernel::RawHandle self = nullptr;
  ASSERT_EQ(kernel::OpenProcess(static_cast<ProcessId>(::getpid()), 0xFFFF, self), std::error_code());
  const Handle owner(self);
  EXPECT_EQ(kernel::AssignProcess(job.raw(), self), Win32Error::kNotSupported);
  abi::JOBOBJECT_FREEZE_INFORMATION freeze{};
  freeze.Flags = 1;
  freeze.Freeze = 1;
  EXPECT_EQ(Set(job.raw(), freeze), Win32Error::kNotSupported);
  EXPECT_EQ(kernel::SupportOf(job.raw()).counters,
            kernel::kUserTime | kernel::kKernelTime | kernel::kPageFaults | kernel::kActiveProcesses);
}

}  // namespace
}  // namespace winjob::linux_test
