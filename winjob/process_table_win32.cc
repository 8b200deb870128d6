// All processes of the system on Windows.
#include "winjob/process_table.h"

#include <windows.h>
// windows.h comes first: these need its types.
#include <tlhelp32.h>
#include <winternl.h>

#include <algorithm>
#include <array>

#include "winjob/handle.h"
#include "winjob/kernel.h"
#include "winjob/last_error.h"
#include "winjob/ntdll.h"
#include "winjob/wide_text.h"

namespace winjob::kernel {
namespace {

Handle OpenToAsk(ProcessId id) noexcept {
  return Handle(::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(id)));
}

std::string PathOf(HANDLE process) {
  std::wstring path(32'768, L'\0');
  DWORD length = static_cast<DWORD>(path.size());
  return QueryFullProcessImageNameW(process, 0, path.data(), &length) ? ToUtf8({path.data(), length}) : std::string();
}

std::string UserOf(HANDLE process) {
  HANDLE raw = nullptr;
  if (!OpenProcessToken(process, TOKEN_QUERY, &raw)) return {};
  const Handle token(raw);
  alignas(TOKEN_USER) std::array<std::byte, sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE> buffer;
  DWORD size = 0;
  if (!GetTokenInformation(token.get(), TokenUser, buffer.data(), static_cast<DWORD>(buffer.size()), &size)) return {};
  wchar_t name[256], domain[256];
  DWORD name_size = 256, domain_size = 256;
  SID_NAME_USE use;
  PSID sid = reinterpret_cast<const TOKEN_USER*>(buffer.data())->User.Sid;
  if (!LookupAccountSidW(nullptr, sid, name, &name_size, domain, &domain_size, &use)) return {};
  return ToUtf8(domain) + "\\" + ToUtf8(name);
}

using QueryProcess = NTSTATUS(NTAPI*)(HANDLE, ULONG, void*, ULONG, ULONG*);

// By the class that needs no access to the other's memory; Windows 8.1 and later.
std::string AskForCommandLine(QueryProcess query, HANDLE process) {
  constexpr ULONG kProcessCommandLineInformation = 60;
  std::vector<std::max_align_t> buffer(70'000 / sizeof(std::max_align_t));
  ULONG size = 0;
  if (query(process, kProcessCommandLineInformation, buffer.data(),
            static_cast<ULONG>(buffer.size() * sizeof(std::max_align_t)), &size) < 0)
    return {};
  const auto* text = reinterpret_cast<const UNICODE_STRING*>(buffer.data());
  return ToUtf8({text->Buffer, text->Length / sizeof(wchar_t)});
}

template <typename T>
bool Read(HANDLE process, const void* from, T* to, std::size_t count = 1) noexcept {
  SIZE_T read = 0;
  return ReadProcessMemory(process, from, to, count * sizeof(T), &read) && read == count * sizeof(T);
}

// From the other's memory, where the process itself keeps it: Wine 8 does not know the class.
std::string ReadCommandLine(QueryProcess query, ProcessId id) {
  const Handle process(
      ::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_VM_READ, FALSE, static_cast<DWORD>(id)));
  PROCESS_BASIC_INFORMATION basic{};
  PEB peb{};
  RTL_USER_PROCESS_PARAMETERS parameters{};
  if (process == nullptr || query(process.get(), ProcessBasicInformation, &basic, sizeof(basic), nullptr) < 0 ||
      !Read(process.get(), basic.PebBaseAddress, &peb) || !Read(process.get(), peb.ProcessParameters, &parameters))
    return {};
  std::wstring text(parameters.CommandLine.Length / 2, L'\0');
  if (!Read(process.get(), parameters.CommandLine.Buffer, text.data(), text.size())) return {};
  return ToUtf8(text);
}

std::string CommandLineOf(HANDLE process, ProcessId id) {
  static const auto query = FindInNtdll<QueryProcess>("NtQueryInformationProcess");
  if (query == nullptr) return {};
  std::string line = AskForCommandLine(query, process);
  return line.empty() ? ReadCommandLine(query, id) : line;
}

struct CloseService {
  void operator()(SC_HANDLE handle) const noexcept { CloseServiceHandle(handle); }
};

// Whether the system stops when it ends; Windows 8.1 and later.
bool IsCritical(HANDLE process) {
  using Ask = BOOL(WINAPI*)(HANDLE, BOOL*);
  static const auto ask = reinterpret_cast<Ask>(
      reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "IsProcessCritical")));
  BOOL critical = FALSE;
  return ask != nullptr && ask(process, &critical) && critical;
}

// What Windows cannot live without, by name: most of them are protected and refuse anyway.
constexpr const char* kVital[] = {"System",      "Registry",     "Memory Compression", "smss.exe",     "csrss.exe",
                                  "wininit.exe", "services.exe", "lsass.exe",          "winlogon.exe", "dwm.exe"};

}  // namespace

std::error_code ListProcesses(std::vector<ProcessEntry>& out) noexcept {
  out.clear();
  const HANDLE raw = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  if (raw == INVALID_HANDLE_VALUE) return LastError();
  const Handle snapshot(raw);
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof(entry);
  for (BOOL more = Process32FirstW(snapshot.get(), &entry); more; more = Process32NextW(snapshot.get(), &entry)) {
    ProcessEntry process{ProcessId{entry.th32ProcessID}, ProcessId{entry.th32ParentProcessID}, 0,
                         ToUtf8(entry.szExeFile)};
    if (const Handle handle = OpenToAsk(process.id)) (void)CreationTime(handle.get(), process.created);
    out.push_back(std::move(process));
  }
  return {};
}

std::error_code DescribeProcess(const ProcessEntry& process, ProcessDetails& out) noexcept {
  out = {};
  const Handle handle = OpenToAsk(process.id);
  if (handle == nullptr) return LastError();
  out.path = PathOf(handle.get());
  out.user = UserOf(handle.get());
  out.command_line = CommandLineOf(handle.get(), process.id);
  return {};
}

std::error_code ListServices(ProcessId process, std::vector<std::string>& out) noexcept {
  out.clear();
  const std::unique_ptr<std::remove_pointer_t<SC_HANDLE>, CloseService> manager(
      OpenSCManagerW(nullptr, nullptr, SC_MANAGER_ENUMERATE_SERVICE));
  if (manager == nullptr) return LastError();
  std::vector<std::max_align_t> buffer(256 * 1024 / sizeof(std::max_align_t));
  DWORD needed = 0, count = 0, resume = 0;
  for (bool more = true; more;) {
    const BOOL done = EnumServicesStatusExW(
        manager.get(), SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_ACTIVE, reinterpret_cast<BYTE*>(buffer.data()),
        static_cast<DWORD>(buffer.size() * sizeof(std::max_align_t)), &needed, &count, &resume, nullptr);
    more = !done && GetLastError() == ERROR_MORE_DATA;
    if (!done && !more) return LastError();
    const auto* entries = reinterpret_cast<const ENUM_SERVICE_STATUS_PROCESSW*>(buffer.data());
    for (DWORD i = 0; i < count; ++i)
      if (entries[i].ServiceStatusProcess.dwProcessId == static_cast<DWORD>(process))
        out.push_back(ToUtf8(entries[i].lpServiceName));
  }
  return {};
}

bool IsSystemProcess(const ProcessEntry& process) noexcept {
  constexpr DWORD kSystem = 4;
  if (static_cast<DWORD>(process.id) <= kSystem) return true;
  const auto same = [&](const char* name) { return _stricmp(name, process.image.c_str()) == 0; };
  if (std::any_of(std::begin(kVital), std::end(kVital), same)) return true;
  const Handle handle = OpenToAsk(process.id);
  return handle != nullptr && IsCritical(handle.get());
}

}  // namespace winjob::kernel
