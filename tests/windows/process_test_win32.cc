// Processes that begin suspended, are found again, and are put into a job by their id.
#include <windows.h>

#include <tlhelp32.h>

#include "tests/windows/fixture.h"

namespace winjob {
namespace {

ThreadId OnlyThreadOf(ProcessId process) {
  const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
  const Handle owner(snapshot);
  ThreadId found = ThreadId::kNone;
  THREADENTRY32 entry{};
  entry.dwSize = sizeof(entry);
  for (BOOL more = Thread32First(snapshot, &entry); more; more = Thread32Next(snapshot, &entry))
    if (entry.th32OwnerProcessID == static_cast<DWORD>(process)) found = static_cast<ThreadId>(entry.th32ThreadID);
  return found;
}

struct Way {
  bool assign_suspended;
  bool by_thread;
};
class WindowsSuspended : public testing::TestWithParam<Way> {};
INSTANTIATE_TEST_SUITE_P(EachWay, WindowsSuspended,
                         testing::Values(Way{false, false}, Way{false, true}, Way{true, false}));

TEST_P(WindowsSuspended, AProcessIsInItsJobAndDoesNothingBeforeItIsResumed) {
  const Folder folder;
  const Job job = DoomedJob();
  const Job* const jobs[] = {&job};
  StartRequest request;
  request.command = Workload({"append", folder.file("ran"), "x", "exit", "3"});
  request.suspended = true;
  request.assign_suspended = GetParam().assign_suspended;
  const Result<Process> process = Process::Start(request, jobs);
  ASSERT_TRUE(process) << process.error();
  EXPECT_TRUE(*job.Contains(*process));
  std::optional<std::uint32_t> exit_code;
  EXPECT_EQ(process->Wait(300ms, exit_code), Win32Error::kWaitTimeout);
  EXPECT_EQ(Folder::Read(folder.file("ran")), "");

  const std::error_code resumed = GetParam().by_thread ? ResumeThread(OnlyThreadOf(process->id())) : process->Resume();
  EXPECT_EQ(resumed, std::error_code());
  EXPECT_EQ(ExitCode(*process), 3U);
  EXPECT_EQ(Folder::Read(folder.file("ran")), "x\n");
  EXPECT_EQ(process->Resume(), Win32Error::kAccessDenied) << "it has ended";
}

TEST(WindowsProcess, AThreadThatIsNotThereCannotBeResumed) {
  EXPECT_EQ(ResumeThread(ThreadId(0x7FFFFFF0)), Win32Error::kInvalidParameter);
}

// The suspended thread is not the first one, and ends the process.
TEST(WindowsProcess, EveryThreadIsResumed) {
  const Job job = DoomedJob();
  const Process process = Start({"sleep", "forever"}, {&job});
  const FARPROC end = GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "ExitProcess");  // where it is in every process
  const Handle thread(CreateRemoteThread(process.raw(), nullptr, 0,
                                         reinterpret_cast<LPTHREAD_START_ROUTINE>(reinterpret_cast<void*>(end)),
                                         reinterpret_cast<void*>(9), CREATE_SUSPENDED, nullptr));
  ASSERT_NE(thread, nullptr);
  std::optional<std::uint32_t> exit_code;
  EXPECT_EQ(process.Wait(100ms, exit_code), Win32Error::kWaitTimeout);
  EXPECT_EQ(process.Resume(), std::error_code());
  EXPECT_EQ(ExitCode(process), 9U);
}

TEST(WindowsProcess, ResumingOneThatRunsChangesNothing) {
  const Job job = DoomedJob();
  const Process process = Start({"sleep", "forever"}, {&job});
  EXPECT_EQ(process.Resume(), std::error_code());
  EXPECT_EQ(job.Terminate(5), std::error_code());
  EXPECT_EQ(ExitCode(process), 5U);
}

TEST(WindowsProcess, AnIdentityFindsItsProcessAndNoOther) {
  const Job job = DoomedJob();
  ProcessIdentity identity;
  {
    const Process process = Start({"sleep", "forever"}, {&job});
    const Result<ProcessIdentity> own = process.Identity();
    ASSERT_TRUE(own) << own.error();
    identity = *own;
    EXPECT_EQ(identity.id, process.id());
    const Result<Process> found = Process::Open(identity);
    ASSERT_TRUE(found) << found.error();
    EXPECT_EQ(*found->Identity(), identity);
    EXPECT_EQ(Process::Open({identity.id, identity.created + 1}).error(), Win32Error::kInvalidParameter);
    EXPECT_EQ(process.Terminate(0), std::error_code());
    EXPECT_EQ(ExitCode(process), 0U);
  }
  EXPECT_TRUE(Eventually([&] {
    const Result<Process> found = Process::Open(identity);
    return !found && found.error() == Win32Error::kInvalidParameter;
  }));
}

TEST(WindowsProcess, TheProgramItselfIsOneToo) {
  const Result<Process> self = Process::Current(abi::kProcessQueryInformation);
  ASSERT_TRUE(self) << self.error();
  EXPECT_EQ(self->id(), static_cast<ProcessId>(GetCurrentProcessId()));
  EXPECT_TRUE(self->Identity());
}

TEST(WindowsProcess, IsAssignedByItsIdAndAwaitedWithItsJob) {
  const Job job = DoomedJob();
  const Process process = Start({"sleep", "forever"}, {});
  EXPECT_EQ(job.WaitUntilEmpty(Timeout(0)), std::error_code());
  ASSERT_EQ(job.Assign(process.id()), std::error_code());
  EXPECT_TRUE(*job.Contains(process));
  EXPECT_EQ(job.WaitUntilEmpty(50ms), Win32Error::kWaitTimeout);
  EXPECT_EQ(process.Terminate(0), std::error_code());
  EXPECT_EQ(job.WaitUntilEmpty(kPatience), std::error_code());
}

TEST(WindowsProcess, ItsEnvironmentCanBeOnlyWhatItIsGiven) {
  ASSERT_EQ(_putenv_s("WINJOB_KEPT", "kept"), 0);
  const Folder folder;
  StartRequest request;
  request.command = Workload({"append-env", folder.file("out"), "WINJOB_KEPT", "append-env", folder.file("out"),
                              "WINJOB_GIVEN", "append-env", folder.file("out"), "SystemRoot"});
  request.environment = {{"WINJOB_GIVEN", "given"}, {"SystemRoot", "C:\\windows"}};
  request.clear_environment = true;
  const Result<Process> process = Process::Start(request, {});
  ASSERT_TRUE(process) << process.error();
  EXPECT_EQ(ExitCode(*process), 0U);
  EXPECT_EQ(Folder::Read(folder.file("out")), "\ngiven\nC:\\windows\n");
}

}  // namespace
}  // namespace winjob
