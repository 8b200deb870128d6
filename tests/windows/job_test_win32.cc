// Jobs against other objects of the system: names that are taken, and the handle that a member holds.
#include <windows.h>

#include "tests/windows/fixture.h"
#include "winjob/information.h"

namespace winjob {
namespace {

TEST(WindowsJob, ANameOfAnotherKindOfObjectIsAnInvalidHandle) {
  const std::string name = UniqueJobName();
  const Handle event(CreateEventA(nullptr, TRUE, FALSE, name.c_str()));
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(Job::Create(name).error(), Win32Error::kInvalidHandle);
  EXPECT_EQ(Job::Open(name).error(), Win32Error::kInvalidHandle);
}

TEST(WindowsJob, AnOldErrorDoesNotMakeANewJobLookOld) {
  SetLastError(ERROR_ALREADY_EXISTS);
  const Result<Job> job = Job::Create(UniqueJobName());
  ASSERT_TRUE(job) << job.error();
  EXPECT_FALSE(job->existed());
}

TEST(WindowsJob, NoHandleOfTheSeamIsInherited) {
  const std::string name = UniqueJobName();
  const Job job = DoomedJob(name);
  const Result<Job> same_job = Job::Open(name);
  const Result<Port> port = Port::Create();
  const Process process = Start({"sleep", "forever"}, {&job});
  const Result<Process> same_process = Process::Open(process.id());
  ASSERT_TRUE(same_job && port && same_process);
  for (const HANDLE handle : {job.raw(), same_job->raw(), port->raw(), process.raw(), same_process->raw()}) {
    DWORD flags = HANDLE_FLAG_INHERIT;
    ASSERT_TRUE(GetHandleInformation(handle, &flags));
    EXPECT_EQ(flags & HANDLE_FLAG_INHERIT, 0U);
  }
}

/// The handles to jobs among the process's first handles, copied here with the rights they have.
std::vector<Handle> JobHandlesOf(const Process& process) {
  std::vector<Handle> found;
  for (std::uintptr_t value = 4; value < 4096; value += 4) {
    HANDLE copy = nullptr;
    if (!DuplicateHandle(process.raw(), reinterpret_cast<HANDLE>(value), GetCurrentProcess(), &copy, 0, FALSE,
                         DUPLICATE_SAME_ACCESS))
      continue;
    Handle handle(copy);
    abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION info{};
    if (!Query(handle.get(), info)) found.push_back(std::move(handle));
  }
  return found;
}

// With more rights, a member could lift its own limits or end its neighbours.
TEST(WindowsJob, AMemberThatKeepsTheNameCanOnlyQuery) {
  const Job job = DoomedJob(UniqueJobName());
  EXPECT_TRUE(JobHandlesOf(Start({"sleep", "forever"}, {&job}, false, false)).empty());

  const Process member = Start({"sleep", "forever"}, {&job}, false, true);
  const std::vector<Handle> handles = JobHandlesOf(member);
  ASSERT_EQ(handles.size(), 1U);
  const kernel::RawHandle kept = handles[0].get();
  EXPECT_EQ(kernel::TerminateJob(kept, 1), Win32Error::kAccessDenied);
  EXPECT_EQ(kernel::AssignProcess(kept, member.raw()), Win32Error::kAccessDenied);
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  EXPECT_EQ(Set(kept, limits), Win32Error::kAccessDenied);

  // The member's handle keeps the job open, so the close would end nothing.
  EXPECT_EQ(job.Terminate(2), std::error_code());
  EXPECT_EQ(ExitCode(member), 2U);
}

}  // namespace
}  // namespace winjob
