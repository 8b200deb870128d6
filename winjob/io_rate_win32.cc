// The rate of disk traffic on Windows: functions of Windows 10 that older ones lack, and that no header of mingw
// declares, found when they are called.
// Source: https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-setioratecontrolinformationjobobject
#include <windows.h>

#include "winjob/error.h"
#include "winjob/kernel.h"
#include "winjob/last_error.h"
#include "winjob/wide_text.h"

namespace winjob::kernel {
namespace {

using Info = abi::JOBOBJECT_IO_RATE_CONTROL_INFORMATION;
using SetFunction = DWORD(WINAPI*)(HANDLE, Info*);
using QueryFunction = DWORD(WINAPI*)(HANDLE, const wchar_t*, Info**, ULONG*);
using FreeFunction = void(WINAPI*)(void*);

template <class Function>
Function Find(const char* name) noexcept {
  const HMODULE module = GetModuleHandleW(L"kernel32.dll");
  return module != nullptr ? reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(module, name)))
                           : nullptr;
}

// The NT device of a drive such as "C:", which is what the kernel knows; other text is one already.
std::error_code Device(std::string_view volume, std::wstring& device) {
  if (const std::error_code error = ToWide(volume, device)) return error;
  if (device.size() != 2 || device[1] != L':') return {};
  wchar_t target[MAX_PATH];
  if (QueryDosDeviceW(device.c_str(), target, MAX_PATH) == 0) return LastError();
  device = target;
  return {};
}

// The drive of a device, or the device when no drive has it.
std::string Volume(const wchar_t* device) {
  if (device == nullptr) return {};
  for (char letter = 'A'; letter <= 'Z'; ++letter) {
    const wchar_t drive[] = {static_cast<wchar_t>(letter), L':', L'\0'};
    wchar_t target[MAX_PATH];
    if (QueryDosDeviceW(drive, target, MAX_PATH) != 0 && std::wstring_view(target) == device) return {letter, ':'};
  }
  return ToUtf8(device);
}

}  // namespace

std::error_code SetIoRate(RawHandle job, const IoRate& rate) noexcept {
  const auto set = Find<SetFunction>("SetIoRateControlInformationJobObject");
  if (set == nullptr) return Win32Error::kNotSupported;
  std::wstring device;
  if (const std::error_code error = Device(rate.volume, device)) return error;

  const bool on = rate.max_iops != 0 || rate.max_bandwidth != Bytes(0) || rate.reserved_iops != 0;
  Info info{};
  info.MaxIops = static_cast<std::int64_t>(rate.max_iops);
  info.MaxBandwidth = static_cast<std::int64_t>(rate.max_bandwidth.count());
  info.ReservationIops = static_cast<std::int64_t>(rate.reserved_iops);
  info.VolumeName = device.empty() ? nullptr : device.c_str();
  info.ControlFlags = on ? abi::kIoRateEnable : 0;
  return set(job, &info) != 0 ? std::error_code() : LastError();
}

std::error_code QueryIoRates(RawHandle job, std::vector<IoRate>& rates) noexcept {
  const auto query = Find<QueryFunction>("QueryIoRateControlInformationJobObject");
  const auto release = Find<FreeFunction>("FreeMemoryJobObject");
  if (query == nullptr || release == nullptr) return Win32Error::kNotSupported;

  Info* infos = nullptr;
  ULONG count = 0;
  if (query(job, nullptr, &infos, &count) == 0) return LastError();
  rates.clear();
  for (ULONG i = 0; i < count; ++i) {
    const Info& info = infos[i];
    if ((info.ControlFlags & abi::kIoRateEnable) == 0) continue;
    rates.push_back({Volume(static_cast<const wchar_t*>(info.VolumeName)), static_cast<std::uint64_t>(info.MaxIops),
                     Bytes(static_cast<std::uint64_t>(info.MaxBandwidth)),
                     static_cast<std::uint64_t>(info.ReservationIops)});
  }
  release(infos);
  return {};
}

}  // namespace winjob::kernel
