// The last close of a job, with kill-on-close and without, clean and by SIGKILL.
#include <signal.h>
#include <unistd.h>

#include <thread>
#include <tuple>

#include "tests/linux/support.h"
#include "winjob/linux/program.h"
#include "winjob/linux/spawn.h"

namespace winjob::linux_test {
namespace {

class LinuxClose : public CoreTest {};

bool GroupExists(const TestJob& job) { return ::access(GroupPath(job.name()).c_str(), F_OK) == 0; }

TEST_F(LinuxClose, LastCloseKillsWhenAskedTo) {
  TestJob job;
  job.SetKillOnClose(true);
  ProcessId id = ProcessId::kNone;
  const Handle process = job.Shell("sleep 30 & sleep 30 & wait", &id);
  ASSERT_TRUE(Eventually([&] { return job.Members().size() == 3; }));
  const auto members = job.Members();
  job.CloseNow();
  EXPECT_EQ(ExitCode(process), 128u + 9u);
  for (const std::uint64_t member : members) EXPECT_TRUE(Eventually([&] { return !Alive(member); })) << member;
  EXPECT_TRUE(Eventually([&] { return !GroupExists(job); }));
}

TEST_F(LinuxClose, FirstOfTwoClosesKillsNobody) {
  TestJob job;
  job.SetKillOnClose(true);
  TestJob second(job.name());
  const Handle process = job.Shell("exec sleep 30");
  job.CloseNow();
  EXPECT_EQ(second.Members().size(), 1u);
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  ASSERT_EQ(Query(second.raw(), info), std::error_code());
  EXPECT_EQ(info.BasicLimitInformation.LimitFlags, abi::kLimitKillOnJobClose);
  second.CloseNow();
  EXPECT_EQ(ExitCode(process), 128u + 9u);
}

TEST_F(LinuxClose, HandleInAnotherProgramKeepsTheMembers) {
  const std::string name = UniqueName();
  OtherProgram other([&] {
    kernel::RawHandle job = nullptr;
    return !kernel::OpenJob(name, abi::kJobAllAccess, job);
  });
  TestJob job(name);
  job.SetKillOnClose(true);
  const Handle process = job.Shell("exec sleep 30");
  ASSERT_TRUE(other.Go());
  job.CloseNow();
  std::optional<std::uint32_t> code;
  EXPECT_EQ(kernel::WaitProcess(process.get(), std::chrono::milliseconds(50), code), Win32Error::kWaitTimeout);
  other.Kill();  // the last holder; the guardian is this program's
  EXPECT_EQ(ExitCode(process), 128u + 9u);
  EXPECT_TRUE(Eventually([&] { return !GroupExists(job); }));
}

TEST_F(LinuxClose, DeathOfTheHolderKillsTheMembers) {
  const std::string name = UniqueName();
  OtherProgram holder([&] {
    static TestJob job(name);
    job.SetKillOnClose(true);
    static const Handle process = job.Shell("trap '' TERM; sleep 30 & while :; do :; done");
    return Eventually([&] { return job.Members().size() == 2; });
  });
  ASSERT_TRUE(holder.Go());
  const std::vector<std::uint64_t> children = holder.Children();
  EXPECT_EQ(children.size(), 2u) << "the shell and the guardian";
  ASSERT_EQ(::access(GroupPath(name).c_str(), F_OK), 0);
  holder.Kill();
  EXPECT_TRUE(Eventually([&] { return ::access(GroupPath(name).c_str(), F_OK) != 0; }));
  for (const std::uint64_t child : children) EXPECT_TRUE(Eventually([&] { return !Alive(child); })) << child;
}

// Until it becomes its program, what is started is a copy of its starter, with all that keeps the job open.
TEST_F(LinuxClose, DeathOfTheStarterInTheMiddleOfAStartLeavesNobodyBehind) {
  int ids[2];
  ASSERT_EQ(::pipe(ids), 0);
  EXPECT_EQ(RunInChild([&] {
              linux_kernel::Program program;
              if (linux_kernel::Prepare({.command = {"/bin/sleep", "30"}}, program)) return 1;
              linux_kernel::Spawned spawned;
              std::ignore = linux_kernel::Spawn(
                  program, {},
                  [&](pid_t id) {
                    std::ignore = ::write(ids[1], &id, sizeof(id));
                    return ::kill(::getpid(), SIGKILL);
                  },
                  spawned);
              return 2;
            }),
            -1);
  pid_t id = 0;
  ASSERT_EQ(::read(ids[0], &id, sizeof(id)), static_cast<ssize_t>(sizeof(id)));
  const bool ended = Eventually([&] { return !Alive(static_cast<std::uint64_t>(id)); });
  EXPECT_TRUE(ended);
  if (!ended) ::kill(id, SIGKILL);
  ::close(ids[0]);
  ::close(ids[1]);
}

TEST_F(LinuxClose, ClearedFlagLetsTheMembersLive) {
  TestJob job;
  job.SetKillOnClose(true);
  job.SetKillOnClose(false);
  const Handle process = job.Shell("exec sleep 30");
  job.CloseNow();
  EXPECT_TRUE(GroupExists(job));
  const TestJob again(job.name());
  EXPECT_TRUE(again.existed());
  EXPECT_EQ(again.Members().size(), 1u);
}

TEST_F(LinuxClose, TerminatedJobIsRemovedByItsClose) {
  TestJob job;
  const Handle process = job.Shell("sleep 30 & sleep 30 & sleep 30 & wait");
  ASSERT_EQ(kernel::TerminateJob(job.raw(), 1), std::error_code());
  job.CloseNow();  // the members may not be quite dead yet
  EXPECT_TRUE(Eventually([&] { return !GroupExists(job); }));
  EXPECT_EQ(ExitCode(process), 128u + 9u);
}

TEST_F(LinuxClose, TerminatedJobIsRemovedWhenAMemberTakesLongerThanItsClose) {
  TestJob job;
  ProcessId id = ProcessId::kNone;
  const Handle process = job.Shell("exec sleep 30", &id);
  HeldAtItsEnd member(id);
  if (!member.works()) GTEST_SKIP() << "a program may not trace its children here";
  ASSERT_EQ(kernel::TerminateJob(job.raw(), 1), std::error_code());
  ASSERT_TRUE(member.IsHeld());
  job.CloseNow();
  EXPECT_TRUE(GroupExists(job));
  member.Release();
  EXPECT_EQ(ExitCode(process), 128u + 9u);
  EXPECT_TRUE(Eventually([&] { return !GroupExists(job); }, std::chrono::seconds(20)));
}

TEST_F(LinuxClose, ManyThreadsOpenAndCloseOneName) {
  const std::string name = UniqueName();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        kernel::RawHandle job = nullptr;
        bool existed = false;
        EXPECT_EQ(kernel::CreateJob(name, job, existed), std::error_code());
        const Handle owner(job);
        EXPECT_EQ(ExitCode(StartShell(job, "exit 4")), 4u);
      }
    });
  for (std::thread& thread : threads) thread.join();
  TestJob last(name);
  EXPECT_TRUE(last.IsEmptySoon());
}

}  // namespace
}  // namespace winjob::linux_test
