#include "winjob/process.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "tests/fake_kernel/fixture.h"
#include "winjob/job.h"

namespace winjob {
namespace {

using ProcessTest = fake::FakeKernelTest;

TEST_F(ProcessTest, PassesTheWholeRequestToTheKernel) {
  const StartRequest request = {.command = {"program", "first", "", "last one"},
                                .directory = "folder",
                                .environment = {{"NAME", "value"}, {"EMPTY", ""}},
                                .clear_environment = true,
                                .suspended = true,
                                .share_console = true,
                                .keep_names = true,
                                .assign_suspended = true};
  const Process process = *Process::Start(request, {});
  ASSERT_EQ(fake::StartedProcesses().size(), 1U);
  const fake::Started started = fake::StartedProcesses()[0];
  EXPECT_EQ(started.id, process.id());
  EXPECT_EQ(started.request.command, request.command);
  EXPECT_EQ(started.request.directory, "folder");
  EXPECT_EQ(started.request.environment, request.environment);
  EXPECT_TRUE(started.request.clear_environment);
  EXPECT_TRUE(started.request.suspended);
  EXPECT_TRUE(started.request.share_console);
  EXPECT_TRUE(started.request.keep_names);
  EXPECT_TRUE(started.request.assign_suspended);
}

TEST_F(ProcessTest, StartsInsideAllJobsOutermostFirst) {
  const Job outer = *Job::Create("outer");
  const Job inner = *Job::Create("inner");
  const Process process = fake::StartIn(outer, inner);
  EXPECT_TRUE(*outer.Contains(process));
  EXPECT_TRUE(*inner.Contains(process));

  const Process second = fake::StartIn(inner);
  EXPECT_TRUE(*outer.Contains(second)) << "inner lies in outer, and not the other way round";
}

TEST_F(ProcessTest, AProgramOrFolderThatIsMissingIsNamedByItsError) {
  EXPECT_EQ(Process::Start(fake::Request("missing.exe"), {}).error(), Win32Error::kFileNotFound);
  StartRequest request = fake::Request("worker");
  request.directory = "missing";
  EXPECT_EQ(Process::Start(request, {}).error(), Win32Error::kDirectoryName);
  EXPECT_EQ(Process::Start(StartRequest(), {}).error(), Win32Error::kInvalidParameter);
  EXPECT_TRUE(fake::StartedProcesses().empty());
}

TEST_F(ProcessTest, KeepsTheNamesOfItsJobsWhenAskedTo) {
  for (const bool keep : {false, true}) {
    fake::Reset();
    std::optional<Job> job = *Job::Create("kept");
    const Job* const jobs[] = {&*job};
    StartRequest request = fake::Request("worker");
    request.keep_names = keep;
    const Process process = *Process::Start(request, jobs);
    job.reset();
    EXPECT_EQ(fake::NameExists("kept"), keep);
    EXPECT_TRUE(fake::Alive(process.id()));
    fake::Exit(process.id(), 0);
    EXPECT_FALSE(fake::NameExists("kept"));
  }
}

TEST_F(ProcessTest, WaitsForTheEndAndTellsTheExitCode) {
  const Process process = fake::StartIn();
  std::optional<std::uint32_t> exit_code;
  EXPECT_EQ(process.Wait(Timeout(0), exit_code), Win32Error::kWaitTimeout);
  EXPECT_EQ(process.Wait(Timeout(20), exit_code), Win32Error::kWaitTimeout);
  EXPECT_FALSE(exit_code);

  std::thread ender([id = process.id()] { fake::Exit(id, 0xC0000005); });
  EXPECT_FALSE(process.Wait(kForever, exit_code));
  ender.join();
  EXPECT_EQ(exit_code, 0xC0000005);
}

TEST_F(ProcessTest, IsTerminatedWithAnExitCode) {
  const Process process = fake::StartIn();
  ASSERT_FALSE(process.Terminate(77));
  std::optional<std::uint32_t> exit_code;
  EXPECT_FALSE(process.Wait(Timeout(0), exit_code));
  EXPECT_EQ(exit_code, 77U);
  EXPECT_EQ(process.Terminate(78), Win32Error::kAccessDenied);
}

TEST_F(ProcessTest, OpensARunningProcessWithAllThatIsNeededOfIt) {
  const ProcessId id = fake::AddProcess();
  const Process process = *Process::Open(id);
  EXPECT_EQ(process.id(), id);
  const Job job = *Job::Create();
  EXPECT_FALSE(job.Assign(process));
  EXPECT_TRUE(*job.Contains(process));
  std::optional<std::uint32_t> exit_code;
  EXPECT_EQ(process.Wait(Timeout(0), exit_code), Win32Error::kWaitTimeout);
  EXPECT_FALSE(process.Terminate(0));
}

TEST_F(ProcessTest, ThereIsNoneOfAnUnusedIdOrAfterTheLastHandle) {
  EXPECT_EQ(Process::Open(ProcessId(3)).error(), Win32Error::kInvalidParameter);
  const ProcessId id = fake::AddProcess();
  {
    const Process process = *Process::Open(id);
    fake::Exit(id, 0);
    EXPECT_TRUE(Process::Open(id)) << "a handle is open";
  }
  EXPECT_EQ(Process::Open(id).error(), Win32Error::kInvalidParameter);
}

TEST_F(ProcessTest, ASuspendedOneUsesNothingBeforeItIsResumed) {
  const Job job = *Job::Create();
  const Job* const jobs[] = {&job};
  StartRequest request = fake::Request("worker");
  request.suspended = true;
  for (const bool by_thread : {false, true}) {
    const Process process = *Process::Start(request, jobs);
    EXPECT_TRUE(fake::Suspended(process.id()));
    EXPECT_TRUE(*job.Contains(process));
    if (by_thread)
      EXPECT_FALSE(ResumeThread(fake::ThreadOf(process.id())));
    else
      EXPECT_FALSE(process.Resume());
    EXPECT_FALSE(fake::Suspended(process.id())) << by_thread;
    EXPECT_FALSE(process.Resume()) << "one that runs stays as it is";
    fake::Exit(process.id(), 0);
    EXPECT_EQ(process.Resume(), Win32Error::kAccessDenied);
  }
  EXPECT_EQ(ResumeThread(ThreadId(3)), Win32Error::kInvalidParameter);
}

TEST_F(ProcessTest, AnIdentityFindsItsProcessAndNoLaterOneWithTheSameId) {
  const ProcessId id = fake::AddProcess();
  const ProcessIdentity identity = *Process::Open(id)->Identity();
  EXPECT_EQ(identity.id, id);
  EXPECT_NE(identity.created, 0U);
  {
    const Result<Process> found = Process::Open(identity);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id(), id);
    EXPECT_EQ(*found->Identity(), identity);
  }
  fake::Exit(id, 0);
  EXPECT_EQ(Process::Open(identity).error(), Win32Error::kInvalidParameter);
  fake::AddProcess(id);
  EXPECT_TRUE(Process::Open(id));
  EXPECT_EQ(Process::Open(identity).error(), Win32Error::kInvalidParameter) << "another process has the id";
}

TEST_F(ProcessTest, TheProgramItselfHasAnIdentityToo) {
  const ProcessIdentity identity = *Process::Current()->Identity();
  EXPECT_EQ(*Process::Current()->Identity(), identity);
  EXPECT_TRUE(fake::Alive(identity.id));
  EXPECT_NE(*Process::Open(fake::AddProcess())->Identity(), identity);
}

TEST_F(ProcessTest, IsOpenedWithTheRightsThatAreAskedFor) {
  const ProcessId id = fake::AddProcess();
  const Process waiter = *Process::Open(id, abi::kSynchronize);
  EXPECT_EQ(waiter.Identity().error(), Win32Error::kAccessDenied);
  EXPECT_EQ(waiter.Resume(), Win32Error::kAccessDenied);
  EXPECT_EQ(waiter.Terminate(1), Win32Error::kAccessDenied);
  const Process asker = *Process::Open(id, abi::kProcessQueryLimitedInformation);
  EXPECT_TRUE(asker.Identity());
  std::optional<std::uint32_t> exit_code;
  EXPECT_EQ(asker.Wait(Timeout(0), exit_code), Win32Error::kAccessDenied);
}

TEST_F(ProcessTest, LivesOnWithoutItsHandle) {
  const ProcessId id = fake::StartIn().id();
  EXPECT_TRUE(fake::Alive(id));
}

}  // namespace
}  // namespace winjob
