// What only ntdll.dll offers, looked for at run time. Windows only.
#pragma once

#include <cstdint>
#include <system_error>

namespace winjob::kernel {

/// A function of ntdll.dll; nullptr when this Windows has none of the name.
[[nodiscard]] void* FindInNtdll(const char* name) noexcept;

template <class Function>
[[nodiscard]] Function FindInNtdll(const char* name) noexcept {
  return reinterpret_cast<Function>(FindInNtdll(name));
}

/// The Win32 number of an NTSTATUS that is a failure; none for a success.
[[nodiscard]] std::error_code FromStatus(std::int32_t status) noexcept;

}  // namespace winjob::kernel
