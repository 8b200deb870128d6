// Letting suspended threads run on Windows.
#include <windows.h>

#include <tlhelp32.h>

#include "winjob/error.h"
#include "winjob/handle.h"
#include "winjob/last_error.h"

namespace winjob::kernel {

std::error_code ResumeThread(ThreadId id) noexcept {
  const Handle thread(OpenThread(THREAD_SUSPEND_RESUME, FALSE, static_cast<DWORD>(id)));
  if (thread == nullptr) return LastError();
  return ::ResumeThread(thread.get()) != static_cast<DWORD>(-1) ? std::error_code() : LastError();
}

std::error_code ResumeProcess(RawHandle process) noexcept {
  const DWORD id = GetProcessId(process);
  if (id == 0) return LastError();
  const HANDLE made = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);  // always of the whole system
  if (made == INVALID_HANDLE_VALUE) return LastError();
  const Handle snapshot(made);

  // A thread may end between the snapshot and its turn, the process cannot be another: the handle holds its id.
  std::error_code error = Win32Error::kAccessDenied;  // no thread: it has ended
  bool resumed = false;
  THREADENTRY32 entry{};
  entry.dwSize = sizeof(entry);
  for (BOOL more = Thread32First(made, &entry); more; more = Thread32Next(made, &entry)) {
    if (entry.th32OwnerProcessID != id) continue;
    error = ResumeThread(static_cast<ThreadId>(entry.th32ThreadID));
    resumed = resumed || !error;
  }
  return resumed ? std::error_code() : error;
}

}  // namespace winjob::kernel
