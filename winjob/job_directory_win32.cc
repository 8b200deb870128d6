// The object directories of Windows, and how many hold a job.
#include "winjob/job_directory.h"

#include <windows.h>
// windows.h comes first: this needs its types.
#include <winternl.h>

#include <cstddef>

#include "winjob/handle.h"
#include "winjob/ntdll.h"
#include "winjob/wide_text.h"

namespace winjob::kernel {
namespace {

using OpenDirectory = NTSTATUS(NTAPI*)(HANDLE*, ACCESS_MASK, OBJECT_ATTRIBUTES*);
using QueryDirectory = NTSTATUS(NTAPI*)(HANDLE, void*, ULONG, BOOLEAN, BOOLEAN, ULONG*, ULONG*);
using QueryObject = NTSTATUS(NTAPI*)(HANDLE, int, void*, ULONG, ULONG*);

// Source: https://learn.microsoft.com/windows/win32/devnotes/ntquerydirectoryobject
struct Entry {
  UNICODE_STRING name;
  UNICODE_STRING type;
};

// PUBLIC_OBJECT_BASIC_INFORMATION, of which the documentation names the first two members; the others by
// https://ntdoc.m417z.com/object_basic_information
struct BasicInformation {
  ULONG attributes;
  ACCESS_MASK access;
  ULONG handles;
  ULONG pointers;
  ULONG rest[10];
};
static_assert(sizeof(BasicInformation) == 56);

std::wstring_view View(const UNICODE_STRING& text) noexcept { return {text.Buffer, text.Length / sizeof(wchar_t)}; }

DWORD Session() noexcept {
  DWORD session = 0;
  return ProcessIdToSessionId(GetCurrentProcessId(), &session) ? session : 0;
}

// A name that is no text in UTF-16 has none in UTF-8, and cannot be opened by one.
void AddName(std::string_view prefix, std::wstring_view wide, std::vector<std::string>& names) {
  std::string name = ToUtf8(wide);
  std::wstring back;
  if (!ToWide(name, back) && back == wide) names.push_back(name.insert(0, prefix));
}

std::error_code AddJobs(std::wstring path, std::string_view prefix, std::vector<std::string>& names) {
  static const auto open = FindInNtdll<OpenDirectory>("NtOpenDirectoryObject");
  static const auto query = FindInNtdll<QueryDirectory>("NtQueryDirectoryObject");
  if (open == nullptr || query == nullptr) return Win32Error::kNotSupported;

  const auto bytes = static_cast<USHORT>(path.size() * sizeof(wchar_t));
  UNICODE_STRING name{bytes, bytes, path.data()};
  OBJECT_ATTRIBUTES attributes;
  InitializeObjectAttributes(&attributes, &name, 0, nullptr, nullptr);
  constexpr ACCESS_MASK kDirectoryQuery = 1;
  HANDLE raw = nullptr;
  if (const std::error_code error = FromStatus(open(&raw, kDirectoryQuery, &attributes))) return error;
  const Handle directory(raw);

  constexpr auto kNoMoreEntries = static_cast<NTSTATUS>(0x8000001A);
  constexpr auto kNotImplemented = static_cast<NTSTATUS>(0xC0000002);
  std::vector<std::max_align_t> buffer(64 * 1024 / sizeof(std::max_align_t));
  const auto size = static_cast<ULONG>(buffer.size() * sizeof(std::max_align_t));
  ULONG context = 0;
  BOOLEAN single = FALSE;
  while (true) {
    const NTSTATUS status = query(directory.get(), buffer.data(), size, single, context == 0, &context, nullptr);
    if (status == kNoMoreEntries) return {};
    if (status == kNotImplemented && !single) {  // Wine 8 has one entry at a time
      single = TRUE;
      continue;
    }
    if (const std::error_code error = FromStatus(status)) return error;
    for (const auto* entry = reinterpret_cast<const Entry*>(buffer.data()); entry->name.Buffer != nullptr; ++entry) {
      if (View(entry->type) == L"Job") AddName(prefix, View(entry->name), names);
      if (single) break;
    }
  }
}

}  // namespace

std::error_code ListJobs(std::vector<std::string>& names) noexcept {
  if (const std::error_code error = AddJobs(L"\\BaseNamedObjects", "Global\\", names)) return error;
  if (!HasLocalNames()) return {};
  return AddJobs(L"\\Sessions\\" + std::to_wstring(Session()) + L"\\BaseNamedObjects", "Local\\", names);
}

bool HasLocalNames() noexcept { return Session() != 0; }

// Members do not count: they refer to the job, but hold no handle.
std::error_code IsAbandoned(RawHandle job, bool& abandoned) noexcept {
  static const auto query = FindInNtdll<QueryObject>("NtQueryObject");
  if (query == nullptr) return Win32Error::kNotSupported;
  constexpr int kObjectBasicInformation = 0;
  BasicInformation information{};
  const std::error_code error =
      FromStatus(query(job, kObjectBasicInformation, &information, sizeof(information), nullptr));
  abandoned = !error && information.handles <= 1;
  return error;
}

}  // namespace winjob::kernel
