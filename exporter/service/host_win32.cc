// The service's side of the service control manager.
#include <windows.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "exporter/service/service.h"
#include "winjob/last_error.h"
#include "winjob/wide_text.h"

namespace winjob::exporter::service {
namespace {

// How long the manager is told to wait for the next word. A stop takes as long as the longest grace of the commands
// that are asked to stop, so there is a word from time to time until it is done.
constexpr std::chrono::milliseconds kWaitHint{15'000};

class Controls final : public Requests {
 public:
  // From now on the manager's controls come here.
  bool Open(const std::wstring& name) {
    const std::lock_guard lock(mutex_);
    status_ = RegisterServiceCtrlHandlerExW(name.c_str(), OnControl, this);
    return status_ != nullptr;
  }

  void Report(DWORD state, int exit_status = 0) {
    const std::lock_guard lock(mutex_);
    ReportLocked(state, exit_status);
  }

  // Gives the manager word of a stop that takes its time, until Finish.
  void ReportProgress() {
    std::unique_lock lock(mutex_);
    while (!finished_)
      if (!changed_.wait_for(lock, kWaitHint / 3, [this] { return finished_; }) && state_ == SERVICE_STOP_PENDING)
        ReportLocked(SERVICE_STOP_PENDING, 0);
  }

  void Finish() {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    changed_.notify_all();
  }

  std::optional<Request> WaitFor(std::chrono::milliseconds patience) override {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [this] { return !requests_.empty(); })) return std::nullopt;
    const Request request = requests_.front();
    requests_.pop_front();
    return request;
  }

 private:
  static DWORD WINAPI OnControl(DWORD control, DWORD, void*, void* controls) {
    return static_cast<Controls*>(controls)->Take(control);
  }

  // Called by a thread of the manager's library, which must not be held up.
  DWORD Take(DWORD control) {
    const std::lock_guard lock(mutex_);
    switch (control) {
      case SERVICE_CONTROL_INTERROGATE: return NO_ERROR;
      case SERVICE_CONTROL_PARAMCHANGE: Ask({true, "PARAMCHANGE of the service control manager"}); return NO_ERROR;
      case SERVICE_CONTROL_STOP: Stop("STOP of the service control manager"); return NO_ERROR;
      case SERVICE_CONTROL_SHUTDOWN: Stop("the system shuts down"); return NO_ERROR;
      case SERVICE_CONTROL_PRESHUTDOWN: Stop("the system is about to shut down"); return NO_ERROR;
      default: return ERROR_CALL_NOT_IMPLEMENTED;
    }
  }

  void Ask(const Request& request) {
    if (requests_.size() >= 16) return;  // a reload that waits stands for those after it
    requests_.push_back(request);
    changed_.notify_all();
  }

  void Stop(const char* by) {
    requests_.clear();  // nothing comes before a stop
    Ask({false, by});
    if (state_ != SERVICE_STOPPED) ReportLocked(SERVICE_STOP_PENDING, 0);
  }

  void ReportLocked(DWORD state, int exit_status) {
    state_ = state;
    SERVICE_STATUS status{};
    status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status.dwCurrentState = state;
    if (state == SERVICE_RUNNING)
      status.dwControlsAccepted =
          SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_PRESHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE;
    if (state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING) {
      status.dwCheckPoint = ++checkpoint_;
      status.dwWaitHint = static_cast<DWORD>(kWaitHint.count());
    }
    if (exit_status != 0) {
      status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
      status.dwServiceSpecificExitCode = static_cast<DWORD>(exit_status);
    }
    SetServiceStatus(status_, &status);
  }

  SERVICE_STATUS_HANDLE status_ = nullptr;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Request> requests_;
  DWORD state_ = 0;
  DWORD checkpoint_ = 0;
  bool finished_ = false;
};

// The manager calls functions that take no argument, in this process once: what they need is here.
const Order* order = nullptr;
const Body* body = nullptr;
std::wstring service_name;

void WINAPI ServiceMain(DWORD, wchar_t**) {
  static Controls controls;  // for as long as the process: a control may still come while the service stops
  if (!controls.Open(service_name)) return;
  controls.Report(SERVICE_START_PENDING);
  controls.Report(SERVICE_RUNNING);
  std::thread progress([] { controls.ReportProgress(); });
  const int exit_status = (*body)(order->flags, controls);
  controls.Finish();
  progress.join();
  controls.Report(SERVICE_STOPPED, exit_status);
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
