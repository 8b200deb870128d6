#include "winjob/ntdll.h"

#include <windows.h>

#include "winjob/error.h"

namespace winjob::kernel {

void* FindInNtdll(const char* name) noexcept {
  const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  return ntdll == nullptr ? nullptr : reinterpret_cast<void*>(GetProcAddress(ntdll, name));
}

std::error_code FromStatus(std::int32_t status) noexcept {
  using Translate = ULONG(NTAPI*)(LONG);
  static const auto translate = FindInNtdll<Translate>("RtlNtStatusToDosError");
  if (status >= 0) return {};
  if (translate == nullptr) return Win32Error::kGenFailure;
  return {static_cast<int>(translate(status)), Win32Category()};
}

}  // namespace winjob::kernel
