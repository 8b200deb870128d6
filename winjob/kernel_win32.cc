// The seam on Windows: jobs, and the processes in them. support_win32.cc says what the kernel can do, start_win32.cc
// starts processes, wait_win32.cc waits for them and for packets.
#include "winjob/kernel.h"

#include <windows.h>

#include <sddl.h>

#include <memory>

#include "winjob/error.h"
#include "winjob/last_error.h"
#include "winjob/privilege.h"
#include "winjob/wide_text.h"
#include "winjob/wine.h"

namespace winjob::kernel {
namespace {

std::error_code ErrorUnless(BOOL done) noexcept { return done ? std::error_code() : LastError(); }

struct FreeLocal {
  void operator()(void* memory) const noexcept { LocalFree(memory); }
};
using Descriptor = std::unique_ptr<void, FreeLocal>;

// Wine, and Windows for some faults, give a number that says nothing of security descriptors.
std::error_code ParseSecurity(std::string_view text, Descriptor& descriptor) noexcept {
  std::wstring wide;
  if (const std::error_code error = ToWide(text, wide)) return error;
  PSECURITY_DESCRIPTOR parsed = nullptr;
  if (ConvertStringSecurityDescriptorToSecurityDescriptorW(wide.c_str(), SDDL_REVISION_1, &parsed, nullptr)) {
    descriptor.reset(parsed);
    return {};
  }
  const std::error_code error = LastError();
  const bool telling = error == Win32Error::kInvalidAcl || error == Win32Error::kInvalidSid;
  return telling ? error : Win32Error::kInvalidSecurityDescriptor;
}

}  // namespace

std::error_code CreateJob(std::string_view name, RawHandle& job, bool& existed, std::string_view security) noexcept {
  std::wstring wide;
  if (const std::error_code error = ToWide(name, wide)) return error;
  Descriptor descriptor;
  if (!security.empty())
    if (const std::error_code error = ParseSecurity(security, descriptor)) return error;
  SECURITY_ATTRIBUTES attributes{sizeof(attributes), descriptor.get(), FALSE};

  // Success leaves the last error as it was unless the name existed, so it is cleared first.
  SetLastError(ERROR_SUCCESS);
  job = CreateJobObjectW(descriptor != nullptr ? &attributes : nullptr, wide.empty() ? nullptr : wide.c_str());
  const std::error_code error = LastError();
  existed = error == Win32Error::kAlreadyExists;
  return job != nullptr ? std::error_code() : error;
}

std::error_code OpenJob(std::string_view name, std::uint32_t access, RawHandle& job) noexcept {
  std::wstring wide;
  if (const std::error_code error = ToWide(name, wide)) return error;
  job = OpenJobObjectW(access, FALSE, wide.c_str());
  return ErrorUnless(job != nullptr);
}

std::error_code QueryInformation(RawHandle job, abi::InfoClass info_class, void* out, std::uint32_t size) noexcept {
  if (job == nullptr) return Win32Error::kInvalidHandle;  // to Windows it means the caller's own job
  return ErrorUnless(QueryInformationJobObject(job, static_cast<JOBOBJECTINFOCLASS>(info_class), out, size, nullptr));
}

void QueryInformation(RawHandle job, std::span<ClassQuery> queries) noexcept {
  for (ClassQuery& query : queries) query.error = QueryInformation(job, query.info_class, query.out, query.size);
}

std::error_code SetInformation(RawHandle job, abi::InfoClass info_class, const void* in, std::uint32_t size) noexcept {
  if (IsWine() && WineIgnores(info_class, in, size)) return Win32Error::kNotSupported;
  const auto set = [=] {
    return ErrorUnless(
        SetInformationJobObject(job, static_cast<JOBOBJECTINFOCLASS>(info_class), const_cast<void*>(in), size));
  };
  const std::error_code error = set();
  if (error != Win32Error::kPrivilegeNotHeld) return error;
  // Priority and scheduling class: administrators hold the privilege, switched off until a program asks for it.
  const Privilege privilege(L"SeIncreaseBasePriorityPrivilege");
  return privilege.held() ? set() : error;
}

std::uint32_t ProcessorCount() noexcept { return GetActiveProcessorCount(ALL_PROCESSOR_GROUPS); }

std::error_code AssignProcess(RawHandle job, RawHandle process) noexcept {
  return ErrorUnless(AssignProcessToJobObject(job, process));
}

std::error_code IsProcessInJob(RawHandle process, RawHandle job, bool& member) noexcept {
  BOOL answer = FALSE;
  const BOOL done = ::IsProcessInJob(process, job, &answer);
  const std::error_code error = ErrorUnless(done);
  member = answer != FALSE;
  return error;
}

std::error_code TerminateJob(RawHandle job, std::uint32_t exit_code) noexcept {
  return ErrorUnless(TerminateJobObject(job, exit_code));
}

std::error_code OpenProcess(ProcessId id, std::uint32_t access, RawHandle& process) noexcept {
  process = ::OpenProcess(access, FALSE, static_cast<DWORD>(id));
  return ErrorUnless(process != nullptr);
}

ProcessId CurrentProcessId() noexcept { return static_cast<ProcessId>(GetCurrentProcessId()); }

std::error_code CreationTime(RawHandle process, std::uint64_t& time) noexcept {
  FILETIME created, exited, kernel, user;
  if (!GetProcessTimes(process, &created, &exited, &kernel, &user)) return LastError();
  time = std::uint64_t{created.dwHighDateTime} << 32 | created.dwLowDateTime;
  return {};
}

// Any handle keeps a name; one that can do no more than ask lets the process that has it change nothing.
std::error_code KeepName(RawHandle job, RawHandle process) noexcept {
  HANDLE copy = nullptr;  // a number in the other process
  return ErrorUnless(DuplicateHandle(GetCurrentProcess(), job, process, &copy, JOB_OBJECT_QUERY, FALSE, 0));
}

std::error_code TerminateProcess(RawHandle process, std::uint32_t exit_code) noexcept {
  return ErrorUnless(::TerminateProcess(process, exit_code));
}

void Close(RawHandle handle) noexcept {
  if (handle != nullptr) CloseHandle(handle);
}

}  // namespace winjob::kernel
