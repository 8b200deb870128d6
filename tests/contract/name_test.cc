// The contract of job names: what they are equal to, and how long they live.
#include <memory>

#include "tests/contract/fixture.h"

namespace winjob::contract {
namespace {

using NameContract = Contract;

// Chromium, sandbox/win/src/job_unittest.cc: TestCreation
TEST_F(NameContract, ANamedJobCanBeOpenedUntilItsLastHandleCloses) {
  const std::string name = UniqueName("job");
  auto job = std::make_unique<Job>(Must(Job::Create(name)));
  EXPECT_FALSE(job->existed());
  EXPECT_TRUE(Job::Open(name));
  job.reset();
  EXPECT_EQ(Job::Open(name).error(), Win32Error::kFileNotFound);
}

// https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-createjobobjectw
TEST_F(NameContract, CreatingAnExistingNameOpensTheSameJob) {
  const std::string name = UniqueName("job");
  const Job& first = NewJob(name);
  const Job& second = NewJob(name);
  EXPECT_TRUE(second.existed());
  const Process& process = Run(kSleep, first);
  EXPECT_EQ(Members(second), std::vector{process.id()});
}

// https://learn.microsoft.com/windows/win32/termserv/kernel-object-namespaces
TEST_F(NameContract, ThePrefixLocalChangesNothing) {
  const std::string name = UniqueName("job");
  NewJob(name);
  EXPECT_TRUE(Job::Open("Local\\" + name));
}

// As above
TEST_F(NameContract, CaseMatters) {
  const std::string name = UniqueName("case");
  NewJob(name);
  EXPECT_EQ(Job::Open(name.substr(0, name.size() - 4) + "CASE").error(), Win32Error::kFileNotFound);
}

// As above: what follows the prefix would be a folder
TEST_F(NameContract, ABackslashAfterThePrefixIsAPathThatDoesNotExist) {
  const std::string name = "Local\\" + UniqueName("folder") + "\\job";
  EXPECT_EQ(Job::Create(name).error(), Win32Error::kPathNotFound);
  EXPECT_EQ(Job::Open(name).error(), Win32Error::kPathNotFound);
}

// https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-createjobobjectw
TEST_F(NameContract, ANameOfAnotherKindOfObjectIsRefused) {
  const std::string name = UniqueName("event");
  if (!OccupyName(name)) GTEST_SKIP() << "the driver has no object but jobs that could take the name";
  EXPECT_EQ(Job::Create(name).error(), Win32Error::kInvalidHandle);
  EXPECT_EQ(Job::Open(name).error(), Win32Error::kInvalidHandle);
}

// Wine, dlls/kernel32/tests/process.c: test_IsProcessInJob
TEST_F(NameContract, JobsWithoutANameAreStrangers) {
  const Job& first = NewJob();
  const Job& second = NewJob();
  EXPECT_FALSE(second.existed());
  const Process& process = Run(kSleep, first);
  EXPECT_TRUE(*first.Contains(process));
  EXPECT_FALSE(*second.Contains(process));
}

// https://learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwmaketemporaryobject
TEST_F(NameContract, ANameDiesWithTheLastHandleThoughMembersLive) {
  const std::string name = UniqueName("job");
  auto job = std::make_unique<Job>(Must(Job::Create(name)));
  const Process& process = Run(kSleep, *job);
  job.reset();

  const Result<Job> again = Job::Open(name);
  if (!Lacking(Feature::kNameDiesWithLastHandle).empty()) {
    ASSERT_TRUE(again) << "a known difference of this kernel is gone";
    EXPECT_EQ(Members(*again), std::vector{process.id()});
    return;
  }
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), Win32Error::kFileNotFound);
  const Job& successor = NewJob(name);
  EXPECT_FALSE(successor.existed());
  EXPECT_TRUE(Members(successor).empty());
  EXPECT_FALSE(*successor.Contains(process));
}

// https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-createjobobjectw
TEST_F(NameContract, MembersOutliveTheLastHandleAndStayInTheirJob) {
  auto job = std::make_unique<Job>(Must(Job::Create(UniqueName("job"))));
  const Process& process = Run(kSleep, *job);
  job.reset();
  std::optional<std::uint32_t> exit_code;
  EXPECT_EQ(process.Wait(Timeout(100), exit_code), Win32Error::kWaitTimeout);
  bool member = false;
  ASSERT_FALSE(kernel::IsProcessInJob(process.raw(), nullptr, member));
  EXPECT_TRUE(member);
}

// https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-duplicatehandle
TEST_F(NameContract, AMemberThatKeepsTheNameKeepsItAsLongAsItLives) {
  const std::string name = UniqueName("kept");
  auto job = std::make_unique<Job>(Must(Job::Create(name)));
  kernel::StartRequest request;
  request.command = kSleep;
  request.keep_names = true;
  const Job* const jobs[] = {job.get()};
  auto process = std::make_unique<Process>(Must(Start(request, jobs)));
  job.reset();
  {
    const Result<Job> opened = Job::Open(name);
    ASSERT_TRUE(opened);
    EXPECT_EQ(Members(*opened), std::vector{process->id()});
  }
  ASSERT_FALSE(process->Terminate(0));
  ExitCode(*process);
  process.reset();  // Wine keeps the name for a handle to a dead member, too
  EXPECT_TRUE(Eventually([&] { return !Job::Open(name); }));
}

// https://learn.microsoft.com/windows/win32/termserv/kernel-object-namespaces
TEST_F(NameContract, AGlobalNameIsAnotherThanTheLocalOneOfTheSameText) {
  const std::string name = UniqueName("global");
  const Job& local = NewJob(name);
  const Job global = Must(Job::Create("Global\\" + name));
  EXPECT_FALSE(global.existed());
  const Process& process = Run(kSleep, local);
  EXPECT_FALSE(*global.Contains(process));
}

// As above; hcsshim's jobs and windows_exporter, which opens them
TEST_F(NameContract, TheNamesOfSessionZeroAreGlobal) {
  const std::string name = UniqueName("service");
  WINJOB_NEEDS(EnterSession(0) ? "" : kNoSuchPower);
  const Job& job = NewJob(name);
  EnterSession(5);
  EXPECT_TRUE(Job::Open("Global\\" + name));
  EXPECT_EQ(Job::Open(name).error(), Win32Error::kFileNotFound);
  EXPECT_FALSE(NewJob(name).existed()) << "each session has its own";
  EnterSession(6);
  EXPECT_EQ(Job::Open("Local\\" + name).error(), Win32Error::kFileNotFound);
  EXPECT_FALSE(job.existed());
}

// https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-createjobobjectw: full access is asked for
TEST_F(NameContract, AJobThatDoesNotGrantEverythingCanOnlyBeOpened) {
  const std::string name = UniqueName("guarded");
  const Job& job = NewJob(name);
  WINJOB_NEEDS(RestrictAccess(name, abi::kJobQuery | abi::kSynchronize) ? "" : kNoSuchPower);
  EXPECT_EQ(Job::Create(name).error(), Win32Error::kAccessDenied);
  EXPECT_EQ(Job::Open(name, abi::kJobTerminate).error(), Win32Error::kAccessDenied);
  EXPECT_TRUE(Job::Open(name, abi::kJobQuery));
  EXPECT_FALSE(job.Terminate(0)) << "a handle that is open keeps its rights";
}

// hcsshim, internal/jobobject: TestJobCreateAndOpen
TEST_F(NameContract, ANameLivesUntilTheLastOfItsHandlesCloses) {
  const std::string name = UniqueName("job");
  auto created = std::make_unique<Job>(Must(Job::Create(name)));
  auto again = std::make_unique<Job>(Must(Job::Create(name)));
  auto opened = std::make_unique<Job>(Must(Job::Open(name)));
  created.reset();
  EXPECT_TRUE(Job::Open(name));
  again.reset();
  EXPECT_TRUE(Job::Open(name));
  opened.reset();
  EXPECT_EQ(Job::Open(name).error(), Win32Error::kFileNotFound);
}

// As above
TEST_F(NameContract, ANameThatHasDiedMakesANewJob) {
  const std::string name = UniqueName("job");
  {
    const Job job = Must(Job::Create(name));
    const std::array<const Job*, 1> jobs = {&job};
    // Not one of Run's, which are held to the end of the test: on Wine a handle to a dead member keeps the name.
    ExitCode(Must(Start({.command = {"exit", "0"}}, jobs)));
  }
  EXPECT_TRUE(Eventually([&] { return !Job::Open(name); }));
  const Job& successor = NewJob(name);
  EXPECT_FALSE(successor.existed());
  EXPECT_EQ(CountersOf(successor).total_processes.value_or(0), 0U);
}

}  // namespace
}  // namespace winjob::contract
