// The Event Log of Windows.
#include <windows.h>

#include <array>
#include <memory>

#include "exporter/service/events.h"
#include "winjob/error.h"
#include "winjob/wide_text.h"

namespace winjob::exporter::service {
namespace {

constexpr std::size_t kMostText = 30'000;  // of UTF-16; the log takes 31,839
constexpr wchar_t kSources[] = L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\";
constexpr wchar_t kFile[] = L"EventMessageFile";

std::error_code Code(LSTATUS status) { return {static_cast<int>(status), Win32Category()}; }

std::wstring ProgramPath() {
  std::wstring path(32'768, L'\0');
  path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
  return path;
}

// Empty: none, or nothing that can be read.
std::wstring MessageFile(const std::wstring& key) {
  std::array<wchar_t, 1024> text{};
  DWORD size = sizeof(text) - sizeof(wchar_t);
  const LSTATUS status = RegGetValueW(HKEY_LOCAL_MACHINE, key.c_str(), kFile,
                                      RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND, nullptr, text.data(), &size);
  return status == ERROR_SUCCESS ? text.data() : L"";
}

std::wstring FileName(const std::wstring& path) { return path.substr(path.find_last_of(L"\\/") + 1); }

// Whether the source is free, or a copy of this program has its texts: another folder may be that of an older version.
bool IsOurs(const std::wstring& key) {
  const std::wstring file = MessageFile(key);
  return file.empty() ||
         CompareStringOrdinal(FileName(file).c_str(), -1, FileName(ProgramPath()).c_str(), -1, TRUE) == CSTR_EQUAL;
}

WORD TypeOf(agent::Severity severity) {
  switch (severity) {
    case agent::Severity::kError: return EVENTLOG_ERROR_TYPE;
    case agent::Severity::kWarning: return EVENTLOG_WARNING_TYPE;
    default: return EVENTLOG_INFORMATION_TYPE;
  }
}

}  // namespace

EventWriter EventWriterFor(const std::string& source) {
  std::wstring name;
  if (kernel::ToWide(source, name)) return nullptr;
  const std::shared_ptr<void> log(RegisterEventSourceW(nullptr, name.c_str()), [](HANDLE handle) {
    if (handle != nullptr) DeregisterEventSource(handle);
  });
  if (log == nullptr) return nullptr;
  return [log](const Event& event, const std::string& details) {
    std::wstring text;
    if (kernel::ToWide(details, text)) text = L"(the details are no text)";
    if (text.size() > kMostText) text.resize(kMostText);
    const wchar_t* strings[] = {text.c_str()};
    return ReportEventW(log.get(), TypeOf(event.severity), 0, event.id(), nullptr, 1, 0, strings, nullptr) != FALSE;
  };
}

std::error_code AddEventSource(const std::string& source) {
  std::wstring name;
  if (const std::error_code error = kernel::ToWide(source, name)) return error;
  const std::wstring key = kSources + name, program = ProgramPath();
  if (!IsOurs(key)) return Win32Error::kAlreadyExists;
  const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
  const auto size = static_cast<DWORD>((program.size() + 1) * sizeof(wchar_t));
  LSTATUS status = RegSetKeyValueW(HKEY_LOCAL_MACHINE, key.c_str(), kFile, REG_EXPAND_SZ, program.c_str(), size);
  if (status == ERROR_SUCCESS)
    status = RegSetKeyValueW(HKEY_LOCAL_MACHINE, key.c_str(), L"TypesSupported", REG_DWORD, &types, sizeof(types));
  return Code(status);
}

std::error_code RemoveEventSource(const std::string& source) {
  std::wstring name;
  if (const std::error_code error = kernel::ToWide(source, name)) return error;
  const std::wstring key = kSources + name;
  if (!IsOurs(key)) return {};
  const LSTATUS status = RegDeleteKeyW(HKEY_LOCAL_MACHINE, key.c_str());
  return status == ERROR_FILE_NOT_FOUND ? std::error_code() : Code(status);
}

}  // namespace winjob::exporter::service
