// Requests to stop, as console control events.
#include <windows.h>

#include <atomic>

#include "exporter/stop_signal.h"

namespace winjob::exporter {
namespace {

// The handler runs on a thread of the system's and takes no argument, so what it needs is here.
HANDLE asked = nullptr;     // set when the program is asked to stop
HANDLE finished = nullptr;  // set when it has
std::atomic<DWORD> reason{0};

BOOL WINAPI OnControl(DWORD event) {
  reason = event;
  SetEvent(asked);
  // Windows ends the program as soon as this returns for these three: hold it until the jobs are closed.
  constexpr DWORD kPatience = 10'000;
  if (event == CTRL_CLOSE_EVENT || event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT)
    WaitForSingleObject(finished, kPatience);
  return TRUE;
}

}  // namespace

StopSignal::StopSignal() {
  asked = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  finished = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  SetConsoleCtrlHandler(OnControl, TRUE);
}

StopSignal::~StopSignal() { SetEvent(finished); }

std::optional<Requests::Request> StopSignal::WaitFor(std::chrono::milliseconds patience) {
  if (WaitForSingleObject(asked, static_cast<DWORD>(patience.count())) != WAIT_OBJECT_0) return std::nullopt;
  switch (reason.load()) {
    case CTRL_C_EVENT: return Request{false, "Ctrl-C", true};
    case CTRL_BREAK_EVENT: return Request{false, "Ctrl-Break", true};
    case CTRL_CLOSE_EVENT: return Request{false, "the console was closed"};
    case CTRL_LOGOFF_EVENT: return Request{false, "the user logs off"};
    default: return Request{false, "the system shuts down"};
  }
}

}  // namespace winjob::exporter
