// Starting a process inside jobs on Windows.
#include <windows.h>

#include <memory>
#include <tuple>
#include <type_traits>
#include <vector>

#include "winjob/error.h"
#include "winjob/handle.h"
#include "winjob/last_error.h"
#include "winjob/launch.h"
#include "winjob/streams.h"

namespace winjob::kernel {
namespace {

constexpr DWORD kFlags = CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT;

// An invisible console of its own and a process group of its own: neither Ctrl-C in the caller's console nor the
// closing of that console reaches the workload, which therefore outlives the caller. The console of a console program
// is served by a conhost.exe, which is a member of the job too.
constexpr DWORD kOwnConsole = CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP;

struct DeleteAttributes {
  void operator()(LPPROC_THREAD_ATTRIBUTE_LIST list) const noexcept { DeleteProcThreadAttributeList(list); }
};

// With `jobs`, the kernel puts the process into them as it makes it: no instruction runs outside, and a caller that
// dies in the middle leaves nothing behind. That fails with kNotSupported before Windows 10.
std::error_code Create(Launch& launch, const InheritableStreams& streams, std::span<const RawHandle> jobs, DWORD flags,
                       PROCESS_INFORMATION& started) {
  // Destroyed in reverse order: the list lies in the buffer and keeps pointers to the handles. Every stream is given
  // one: left alone, Wine would hand down the caller's, and who reads the caller's output through a pipe would wait for
  // the workload's end.
  std::vector<HANDLE> inherited = streams.all();
  std::vector<HANDLE> handles(jobs.begin(), jobs.end());
  SIZE_T size = 0;
  InitializeProcThreadAttributeList(nullptr, 2, 0, &size);
  std::vector<std::max_align_t> buffer(size / sizeof(std::max_align_t) + 1);
  STARTUPINFOEXW startup{};
  startup.lpAttributeList = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(buffer.data());
  if (!InitializeProcThreadAttributeList(startup.lpAttributeList, 2, 0, &size)) return LastError();
  const std::unique_ptr<std::remove_pointer_t<LPPROC_THREAD_ATTRIBUTE_LIST>, DeleteAttributes> list(
      startup.lpAttributeList);

  if (!UpdateProcThreadAttribute(list.get(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, inherited.data(),
                                 inherited.size() * sizeof(HANDLE), nullptr, nullptr))
    return LastError();
  if (!handles.empty() && !UpdateProcThreadAttribute(list.get(), 0, PROC_THREAD_ATTRIBUTE_JOB_LIST, handles.data(),
                                                     handles.size() * sizeof(HANDLE), nullptr, nullptr))
    return LastError();

  startup.StartupInfo.cb = sizeof(startup);
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = streams.of(StandardStream::kInput);
  startup.StartupInfo.hStdOutput = streams.of(StandardStream::kOutput);
  startup.StartupInfo.hStdError = streams.of(StandardStream::kError);
  const BOOL done =
      CreateProcessW(launch.program.c_str(), launch.line.data(), nullptr, nullptr,
                     TRUE,  // only what the list names
                     kFlags | flags, launch.environment.empty() ? nullptr : launch.environment.data(),
                     launch.directory.empty() ? nullptr : launch.directory.c_str(), &startup.StartupInfo, &started);
  return done ? std::error_code() : LastError();
}

// Started suspended, assigned, and resumed unless it is to stay suspended. A caller that dies in the middle leaves a
// suspended process.
std::error_code CreateThenAssign(Launch& launch, const InheritableStreams& streams, std::span<const RawHandle> jobs,
                                 DWORD flags, PROCESS_INFORMATION& started) {
  std::error_code error = Create(launch, streams, {}, flags | CREATE_SUSPENDED, started);
  if (error) return error;

  for (const RawHandle job : jobs)
    if (!error && !AssignProcessToJobObject(job, started.hProcess)) error = LastError();
  const bool resume = (flags & CREATE_SUSPENDED) == 0;
  if (!error && resume && ::ResumeThread(started.hThread) == static_cast<DWORD>(-1)) error = LastError();
  if (!error) return {};

  ::TerminateProcess(started.hProcess, 1);
  CloseHandle(started.hThread);
  CloseHandle(started.hProcess);
  return error;
}

}  // namespace

std::error_code StartProcess(const StartRequest& request, std::span<const RawHandle> jobs, RawHandle& process,
                             ProcessId& id) noexcept {
  Launch launch;
  if (const std::error_code error = Prepare(request, launch)) return error;
  InheritableStreams streams;
  if (const std::error_code error = OpenStreams(request, streams)) return error;
  const bool share = request.share_console && GetConsoleCP() != 0;  // without one, Windows would open a visible window
  const DWORD flags = (share ? 0 : kOwnConsole) | (request.suspended ? CREATE_SUSPENDED : 0);

  PROCESS_INFORMATION started{};
  std::error_code error = Win32Error::kNotSupported;
  if (!request.assign_suspended) error = Create(launch, streams, jobs, flags, started);
  if (error == Win32Error::kNotSupported) error = CreateThenAssign(launch, streams, jobs, flags, started);
  if (error) return error;

  CloseHandle(started.hThread);
  // Best effort: a process that has ended by now needs no name, and one that runs is not to be ended because it may be
  // hard to find later.
  for (const RawHandle job : request.keep_names ? jobs : std::span<const RawHandle>())
    std::ignore = KeepName(job, started.hProcess);
  process = started.hProcess;
  id = static_cast<ProcessId>(started.dwProcessId);
  return {};
}

}  // namespace winjob::kernel
