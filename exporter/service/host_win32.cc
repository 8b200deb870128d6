// The service's side of the service control manager.
#include <windows.h>

#include <thread>

#include "exporter/service/controls.h"
#include "exporter/service/service.h"
#include "winjob/last_error.h"
#include "winjob/wide_text.h"

namespace winjob::exporter::service {
namespace {

static_assert(static_cast<DWORD>(State::kStopped) == SERVICE_STOPPED &&
              static_cast<DWORD>(State::kStartPending) == SERVICE_START_PENDING &&
              static_cast<DWORD>(State::kStopPending) == SERVICE_STOP_PENDING &&
              static_cast<DWORD>(State::kRunning) == SERVICE_RUNNING);
static_assert(kControlStop == SERVICE_CONTROL_STOP && kControlInterrogate == SERVICE_CONTROL_INTERROGATE &&
              kControlShutdown == SERVICE_CONTROL_SHUTDOWN && kControlParamChange == SERVICE_CONTROL_PARAMCHANGE &&
              kControlPreshutdown == SERVICE_CONTROL_PRESHUTDOWN);
static_assert(kAcceptStop == SERVICE_ACCEPT_STOP && kAcceptShutdown == SERVICE_ACCEPT_SHUTDOWN &&
              kAcceptParamChange == SERVICE_ACCEPT_PARAMCHANGE && kAcceptPreshutdown == SERVICE_ACCEPT_PRESHUTDOWN);
static_assert(kNoError == NO_ERROR && kCallNotImplemented == ERROR_CALL_NOT_IMPLEMENTED);

// The manager calls functions that take no argument, in this process once: what they need is here.
const Order* order = nullptr;
const Body* body = nullptr;
std::wstring service_name;
SERVICE_STATUS_HANDLE status_handle = nullptr;

void Tell(const Status& word) {
  SERVICE_STATUS status{};
  status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
  status.dwCurrentState = static_cast<DWORD>(word.state);
  status.dwControlsAccepted = word.accepted;
  status.dwCheckPoint = word.checkpoint;
  status.dwWaitHint = static_cast<DWORD>(word.wait_hint.count());
  if (word.exit_status != 0) {
    status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
    status.dwServiceSpecificExitCode = static_cast<DWORD>(word.exit_status);
  }
  SetServiceStatus(status_handle, &status);
}

DWORD WINAPI OnControl(DWORD control, DWORD, void*, void* controls) {
  return static_cast<Controls*>(controls)->Take(control);
}

void WINAPI ServiceMain(DWORD, wchar_t**) {
  static Controls controls(Tell);  // for as long as the process: a control may still come while the service stops
  status_handle = RegisterServiceCtrlHandlerExW(service_name.c_str(), OnControl, &controls);
  if (status_handle == nullptr) return;
  controls.Report(State::kStartPending);
  controls.Report(State::kRunning);
  std::thread progress([] { controls.ReportProgress(); });
  const int exit_status = (*body)(order->flags, controls);
  controls.Finish();
  progress.join();
  controls.Report(State::kStopped, exit_status);
}

}  // namespace

EarlyExit Host(const Order& run, const Body& run_body) {
  order = &run;
  body = &run_body;
  if (const std::error_code error = kernel::ToWide(run.name, service_name))
    return {2, "winjob_exporter service: --service.name: " + error.message() + "\n"};
  const SERVICE_TABLE_ENTRYW table[] = {{service_name.data(), ServiceMain}, {nullptr, nullptr}};
  if (StartServiceCtrlDispatcherW(table)) return {0, ""};
  const std::error_code error = kernel::LastError();
  if (error.value() == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT)
    return {2, "winjob_exporter service: run is for the service control manager; use: winjob_exporter service start\n"};
  return {1, "winjob_exporter service: no connection to the service control manager: " + error.message() + "\n"};
}

}  // namespace winjob::exporter::service
