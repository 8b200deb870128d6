// The least that is a service: it reports that it runs, and stops when asked. What others start is measured beside it.
#include <windows.h>

namespace {

SERVICE_STATUS_HANDLE handle;
HANDLE stopped;

void Report(DWORD state) {
  SERVICE_STATUS status{};
  status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
  status.dwCurrentState = state;
  status.dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP : 0;
  SetServiceStatus(handle, &status);
}

DWORD WINAPI OnControl(DWORD control, DWORD, void*, void*) {
  if (control == SERVICE_CONTROL_STOP) SetEvent(stopped);
  return NO_ERROR;
}

void WINAPI ServiceMain(DWORD, wchar_t** arguments) {
  stopped = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  handle = RegisterServiceCtrlHandlerExW(arguments[0], OnControl, nullptr);
  Report(SERVICE_RUNNING);
  WaitForSingleObject(stopped, INFINITE);
  Report(SERVICE_STOPPED);
}

}  // namespace

int main() {
  wchar_t any_name[] = L"";
  const SERVICE_TABLE_ENTRYW table[] = {{any_name, ServiceMain}, {nullptr, nullptr}};
  return StartServiceCtrlDispatcherW(table) ? 0 : 1;
}
