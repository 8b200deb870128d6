// The administrator's side of the service control manager.
#include <windows.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "exporter/service/events.h"
#include "exporter/service/service.h"
#include "winjob/last_error.h"
#include "winjob/wide_text.h"

namespace winjob::exporter::service {
namespace {

struct CloseService {
  void operator()(SC_HANDLE handle) const noexcept { CloseServiceHandle(handle); }
};
using Scm = std::unique_ptr<std::remove_pointer_t<SC_HANDLE>, CloseService>;

constexpr std::chrono::milliseconds kLeastPatience{10'000};

std::wstring Wide(const std::string& text) {
  std::wstring wide;
  return kernel::ToWide(text, wide) ? std::wstring() : wide;
}

std::string Narrow(const wchar_t* text) {
  if (text == nullptr) return "";
  const int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, nullptr, 0, nullptr, nullptr);
  std::string utf8(static_cast<std::size_t>(size > 0 ? size : 1), '\0');
  WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8.data(), size, nullptr, nullptr);
  utf8.pop_back();  // the terminator
  return utf8;
}

// What the error means here, for those that every administrator meets.
std::string_view Remedy(DWORD error) {
  switch (error) {
    case ERROR_ACCESS_DENIED: return "; run it as an administrator";
    case ERROR_SERVICE_DOES_NOT_EXIST: return "; there is no such service: winjob_exporter service install";
    case ERROR_SERVICE_EXISTS: return "; it is installed already: winjob_exporter service uninstall comes first";
    case ERROR_SERVICE_MARKED_FOR_DELETE: return "; it is being removed: close programs that show services";
    case ERROR_SERVICE_ALREADY_RUNNING: return "; it runs already";
    case ERROR_SERVICE_NOT_ACTIVE: return "; it does not run";
    case ERROR_INVALID_SERVICE_ACCOUNT: return "; --service.account is no account of this machine";
    case ERROR_SERVICE_DISABLED: return "; it is disabled";
    default: return "";
  }
}

EarlyExit Failed(const Order& order, const char* what) {
  const std::error_code error = kernel::LastError();
  return {1, std::string("winjob_exporter service: ") + what + " " + order.name + ": " + error.message() +
                 std::string(Remedy(static_cast<DWORD>(error.value()))) + "\n"};
}

Scm OpenManager(DWORD access) { return Scm(OpenSCManagerW(nullptr, nullptr, access)); }

Scm Open(const Order& order, DWORD access) {
  const Scm manager = OpenManager(SC_MANAGER_CONNECT);
  return manager == nullptr ? nullptr : Scm(OpenServiceW(manager.get(), Wide(order.name).c_str(), access));
}

std::optional<SERVICE_STATUS_PROCESS> Status(SC_HANDLE service) {
  SERVICE_STATUS_PROCESS status{};
  DWORD size = 0;
  if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof(status), &size))
    return std::nullopt;
  return status;
}

// The state once it is no longer `pending`, or when the service has said nothing new for as long as it asked for.
std::optional<SERVICE_STATUS_PROCESS> AwaitEndOf(DWORD pending, SC_HANDLE service) {
  using Clock = std::chrono::steady_clock;
  std::optional<SERVICE_STATUS_PROCESS> status = Status(service);
  DWORD checkpoint = 0;
  Clock::time_point deadline = Clock::now() + kLeastPatience;
  while (status && status->dwCurrentState == pending && Clock::now() < deadline) {
    if (std::exchange(checkpoint, status->dwCheckPoint) != status->dwCheckPoint)
      deadline = Clock::now() + std::max(kLeastPatience, std::chrono::milliseconds(status->dwWaitHint));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    status = Status(service);
  }
  return status;
}

std::string ProgramPath() {
  std::wstring path(32'768, L'\0');
  path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
  return Narrow(path.c_str());
}

// One property of a service beyond those of CreateService.
struct Setting {
  const char* what;
  DWORD level;
  void* value;
};

std::string Configure(SC_HANDLE service, bool virtual_account) {
  wchar_t description[] = L"Exports the accounting, limits and notifications of job objects to Prometheus.";
  SERVICE_DESCRIPTIONW text{description};
  SERVICE_DELAYED_AUTO_START_INFO delayed{TRUE};
  std::array<SC_ACTION, 3> actions = {
      {{SC_ACTION_RESTART, 5'000}, {SC_ACTION_RESTART, 30'000}, {SC_ACTION_RESTART, 60'000}}};
  SERVICE_FAILURE_ACTIONSW failure{};
  failure.dwResetPeriod = 86'400;
  failure.cActions = static_cast<DWORD>(actions.size());
  failure.lpsaActions = actions.data();
  SERVICE_FAILURE_ACTIONS_FLAG also_after_stops{TRUE};  // those with a status other than 0
  SERVICE_PRESHUTDOWN_INFO preshutdown{15'000};
  SERVICE_SID_INFO sid{SERVICE_SID_TYPE_UNRESTRICTED};
  // Names in the Global namespace, and limits of working sets. All else that the account holds is taken from it.
  wchar_t privileges[] = L"SeChangeNotifyPrivilege\0SeCreateGlobalPrivilege\0SeIncreaseWorkingSetPrivilege\0";
  SERVICE_REQUIRED_PRIVILEGES_INFOW required{privileges};
  const Setting settings[] = {
      {"the description", SERVICE_CONFIG_DESCRIPTION, &text},
      {"the delayed automatic start", SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed},
      {"the restart after failures", SERVICE_CONFIG_FAILURE_ACTIONS, &failure},
      {"the restart after stops with a failure", SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &also_after_stops},
      {"the time for a stop at shutdown", SERVICE_CONFIG_PRESHUTDOWN_INFO, &preshutdown},
      {"the service's own identity", SERVICE_CONFIG_SERVICE_SID_INFO, &sid},
      {"the list of privileges", SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, virtual_account ? &required : nullptr},
  };
  std::string refused;
  for (const Setting& setting : settings)
    if (setting.value != nullptr && !ChangeServiceConfig2W(service, setting.level, setting.value))
      refused += std::string("this system refuses ") + setting.what + ": " + kernel::LastError().message() + "\n";
  return refused;
}

// Makes the service, or changes the one that there is.
EarlyExit Install(const Order& order) {
  const Result<std::string> line = ServiceCommandLine(ProgramPath(), order);
  if (!line)
    return {2, "winjob_exporter service: a flag cannot stand on a command line: " + line.error().message() + "\n"};
  const bool virtual_account = order.account.empty();
  const std::string account = virtual_account ? "NT SERVICE\\" + order.name : order.account;
  const std::wstring program = Wide(*line), wide_account = Wide(account), name = Wide(order.name);
  const bool creates = order.verb == Verb::kInstall;
  const Scm manager = OpenManager(SC_MANAGER_CONNECT | (creates ? SC_MANAGER_CREATE_SERVICE : 0));
  if (manager == nullptr) return Failed(order, "cannot install");
  const Scm service(creates ? CreateServiceW(manager.get(), name.c_str(), name.c_str(), SERVICE_ALL_ACCESS,
                                             SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START, SERVICE_ERROR_NORMAL,
                                             program.c_str(), nullptr, nullptr, nullptr, wide_account.c_str(), nullptr)
                            : OpenServiceW(manager.get(), name.c_str(), SERVICE_ALL_ACCESS));
  if (service == nullptr) return Failed(order, "cannot install");
  if (!creates &&
      !ChangeServiceConfigW(service.get(), SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START, SERVICE_ERROR_NORMAL,
                            program.c_str(), nullptr, nullptr, nullptr, wide_account.c_str(), nullptr, nullptr))
    return Failed(order, "cannot configure");
  std::string said = Configure(service.get(), virtual_account);
  if (const std::error_code error = AddEventSource(order.name))
    said += "the Event Log will show no texts of this service: " + error.message() + "\n";
  return {0, said + order.name + (creates ? " is installed" : " is configured") + ", as " + account + "\n"};
}

EarlyExit Start(const Order& order) {
  const Scm service = Open(order, SERVICE_START | SERVICE_QUERY_STATUS);
  if (service == nullptr || !StartServiceW(service.get(), 0, nullptr)) return Failed(order, "cannot start");
  const auto status = AwaitEndOf(SERVICE_START_PENDING, service.get());
  if (!status) return Failed(order, "cannot look at");
  if (status->dwCurrentState == SERVICE_RUNNING) return {0, order.name + " runs\n"};
  return {1, "winjob_exporter service: " + order.name + " has not started: its log says why (exit status " +
                 std::to_string(status->dwServiceSpecificExitCode) + ", system error " +
                 std::to_string(status->dwWin32ExitCode) + ")\n"};
}

EarlyExit Stop(const Order& order) {
  const Scm service = Open(order, SERVICE_STOP | SERVICE_QUERY_STATUS);
  SERVICE_STATUS last{};
  if (service == nullptr || !ControlService(service.get(), SERVICE_CONTROL_STOP, &last))
    return Failed(order, "cannot stop");
  const auto status = AwaitEndOf(SERVICE_STOP_PENDING, service.get());
  if (!status) return Failed(order, "cannot look at");
  if (status->dwCurrentState == SERVICE_STOPPED) return {0, order.name + " has stopped\n"};
  return {1, "winjob_exporter service: " + order.name + " does not stop\n"};
}

EarlyExit Reload(const Order& order) {
  const Scm service = Open(order, SERVICE_PAUSE_CONTINUE);  // the right that this control takes
  SERVICE_STATUS last{};
  if (service == nullptr || !ControlService(service.get(), SERVICE_CONTROL_PARAMCHANGE, &last))
    return Failed(order, "cannot reload");
  return {0, order.name +
                 " reads its configuration again; the log and winjob_config_last_reload_successful say how it went\n"};
}

EarlyExit Uninstall(const Order& order) {
  const Scm service = Open(order, SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE);
  if (service == nullptr) return Failed(order, "cannot remove");
  SERVICE_STATUS last{};
  if (ControlService(service.get(), SERVICE_CONTROL_STOP, &last)) (void)AwaitEndOf(SERVICE_STOP_PENDING, service.get());
  if (!DeleteService(service.get())) return Failed(order, "cannot remove");
  if (const std::error_code error = RemoveEventSource(order.name))
    return {1, order.name + " is removed, but not its source in the Event Log: " + error.message() + "\n"};
  return {0, order.name + " is removed; its configuration and log stay\n"};
}

const char* StateName(DWORD state) {
  constexpr const char* kNames[] = {"unknown", "stopped",          "start pending", "stop pending",
                                    "running", "continue pending", "pause pending", "paused"};
  return state < std::size(kNames) ? kNames[state] : kNames[0];
}

EarlyExit Show(const Order& order) {
  const Scm service = Open(order, SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG);
  if (service == nullptr) return Failed(order, "cannot look at");
  const auto status = Status(service.get());
  alignas(QUERY_SERVICE_CONFIGW) std::array<BYTE, 8192> room;  // the most that the manager ever needs
  DWORD size = 0;
  auto* const config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(room.data());
  if (!status || !QueryServiceConfigW(service.get(), config, static_cast<DWORD>(room.size()), &size))
    return Failed(order, "cannot look at");
  const bool runs = status->dwCurrentState == SERVICE_RUNNING;
  std::string text = "name: " + order.name + "\nstate: " + StateName(status->dwCurrentState) + "\n";
  if (runs) text += "process: " + std::to_string(status->dwProcessId) + "\n";
  if (!runs) text += "last exit status: " + std::to_string(status->dwServiceSpecificExitCode) + "\n";
  text += std::string("start: ") +
          (config->dwStartType == SERVICE_AUTO_START ? "automatic"
           : config->dwStartType == SERVICE_DISABLED ? "disabled"
                                                     : "by hand") +
          "\n";
  text += "account: " + Narrow(config->lpServiceStartName) + "\n";
  text += "command line: " + Narrow(config->lpBinaryPathName) + "\n";
  return {runs ? 0 : 1, text};
}

}  // namespace

EarlyExit Control(const Order& order) {
  switch (order.verb) {
    case Verb::kInstall:
    case Verb::kConfigure: return Install(order);
    case Verb::kUninstall: return Uninstall(order);
    case Verb::kStart: return Start(order);
    case Verb::kStop: return Stop(order);
    case Verb::kReload: return Reload(order);
    case Verb::kStatus:
    case Verb::kRun: break;
  }
  return Show(order);
}

}  // namespace winjob::exporter::service
