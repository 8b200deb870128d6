// Asking a process to stop on Windows: Ctrl-Break in the invisible console that StartProcess gave it.
#include <windows.h>

#include <mutex>

#include "winjob/kernel.h"
#include "winjob/last_error.h"

namespace winjob::kernel {

// An event can only be sent in the sender's own console, so this program leaves its console for the other's meanwhile.
std::error_code RequestStop(RawHandle, ProcessId id) noexcept {
  static std::mutex mutex;  // one console at a time
  const std::lock_guard lock(mutex);
  const bool had_console = GetConsoleCP() != 0;
  if (had_console) FreeConsole();
  std::error_code error;
  const auto number = static_cast<DWORD>(id);
  if (!AttachConsole(number)) {
    error = LastError();
  } else {
    // The process is the first of a group of its own, so nobody else in its console hears it, nor does this program.
    if (!GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, number)) error = LastError();
    FreeConsole();
  }
  if (had_console) AttachConsole(ATTACH_PARENT_PROCESS);
  return error;
}

}  // namespace winjob::kernel
