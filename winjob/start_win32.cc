// Starting a process inside jobs on Windows.
#include <windows.h>

#include <memory>
#include <type_traits>
#include <vector>

#include "winjob/error.h"
#include "winjob/handle.h"
#include "winjob/last_error.h"
#include "winjob/launch.h"

namespace winjob::kernel {
namespace {

// An invisible console of its own and a process group of its own: neither Ctrl-C in the caller's console nor the
// closing of that console reaches the workload, which therefore outlives the caller. The console of a console program
// is served by a conhost.exe, which is a member of the job too.
constexpr DWORD kFlags =
    CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT;

// The null device, as a handle that a child can inherit; empty on failure.
Handle OpenNull() noexcept {
  SECURITY_ATTRIBUTES inheritable{sizeof(inheritable), nullptr, TRUE};
  const HANDLE device = CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                    &inheritable, OPEN_EXISTING, 0, nullptr);
  return Handle(device != INVALID_HANDLE_VALUE ? device : nullptr);
}

struct DeleteAttributes {
  void operator()(LPPROC_THREAD_ATTRIBUTE_LIST list) const noexcept { DeleteProcThreadAttributeList(list); }
};

// With `jobs`, the kernel puts the process into them as it makes it: no instruction runs outside, and a caller that
// dies in the middle leaves nothing behind. That fails with kNotSupported before Windows 10.
std::error_code Create(Launch& launch, std::span<const RawHandle> jobs, DWORD flags, PROCESS_INFORMATION& started) {
  // Standard input ends at once and what is written vanishes. Left alone, Wine would hand down the caller's handles,
  // and who reads the caller's output through a pipe would wait for the workload's end.
  const Handle null = OpenNull();
  if (null == nullptr) return LastError();

  // Destroyed in reverse order: the list lies in the buffer and keeps pointers to the handles.
  HANDLE inherited = null.get();
  std::vector<HANDLE> handles(jobs.begin(), jobs.end());
  SIZE_T size = 0;
  InitializeProcThreadAttributeList(nullptr, 2, 0, &size);
  std::vector<std::max_align_t> buffer(size / sizeof(std::max_align_t) + 1);
  STARTUPINFOEXW startup{};
  startup.lpAttributeList = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(buffer.data());
  if (!InitializeProcThreadAttributeList(startup.lpAttributeList, 2, 0, &size)) return LastError();
  const std::unique_ptr<std::remove_pointer_t<LPPROC_THREAD_ATTRIBUTE_LIST>, DeleteAttributes> list(
      startup.lpAttributeList);

  if (!UpdateProcThreadAttribute(list.get(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, &inherited, sizeof(inherited),
                                 nullptr, nullptr))
    return LastError();
  if (!handles.empty() && !UpdateProcThreadAttribute(list.get(), 0, PROC_THREAD_ATTRIBUTE_JOB_LIST, handles.data(),
                                                     handles.size() * sizeof(HANDLE), nullptr, nullptr))
    return LastError();

  startup.StartupInfo.cb = sizeof(startup);
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = startup.StartupInfo.hStdOutput = startup.StartupInfo.hStdError = inherited;
  const BOOL done =
      CreateProcessW(launch.program.c_str(), launch.line.data(), nullptr, nullptr,
                     TRUE,  // only what the list names
                     kFlags | flags, launch.environment.empty() ? nullptr : launch.environment.data(),
                     launch.directory.empty() ? nullptr : launch.directory.c_str(), &startup.StartupInfo, &started);
  return done ? std::error_code() : LastError();
}

// Started suspended, assigned, resumed. A caller that dies in the middle leaves a suspended process.
std::error_code CreateThenAssign(Launch& launch, std::span<const RawHandle> jobs, PROCESS_INFORMATION& started) {
  std::error_code error = Create(launch, {}, CREATE_SUSPENDED, started);
  if (error) return error;

  for (const RawHandle job : jobs)
    if (!error && !AssignProcessToJobObject(job, started.hProcess)) error = LastError();
  if (!error && ResumeThread(started.hThread) == static_cast<DWORD>(-1)) error = LastError();
  if (!error) return {};

  ::TerminateProcess(started.hProcess, 1);
  CloseHandle(started.hThread);
  CloseHandle(started.hProcess);
  return error;
}

// A handle in the process keeps the job's name alive when the caller has gone; without one the next caller would make
// a new, empty job of that name. Best effort: a process that has ended by now needs no name, and one that runs is not
// to be ended because it may be hard to find later.
void KeepNames(std::span<const RawHandle> jobs, HANDLE process) noexcept {
  for (const RawHandle job : jobs) {
    HANDLE copy = nullptr;  // a number in the other process
    DuplicateHandle(GetCurrentProcess(), job, process, &copy, JOB_OBJECT_QUERY, FALSE, 0);
  }
}

}  // namespace

std::error_code StartProcess(const StartRequest& request, std::span<const RawHandle> jobs, RawHandle& process,
                             ProcessId& id) noexcept {
  Launch launch;
  if (const std::error_code error = Prepare(request, launch)) return error;

  PROCESS_INFORMATION started{};
  std::error_code error = Win32Error::kNotSupported;
  if (!request.assign_suspended) error = Create(launch, jobs, 0, started);
  if (error == Win32Error::kNotSupported) error = CreateThenAssign(launch, jobs, started);
  if (error) return error;

  CloseHandle(started.hThread);
  if (request.keep_names) KeepNames(jobs, started.hProcess);
  process = started.hProcess;
  id = static_cast<ProcessId>(started.dwProcessId);
  return {};
}

}  // namespace winjob::kernel
