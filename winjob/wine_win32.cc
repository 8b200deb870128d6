#include "winjob/wine.h"

#include <windows.h>

#include <cstring>

#include "winjob/ntdll.h"

namespace winjob::kernel {

bool IsWine() noexcept {
  static const bool is_wine = FindInNtdll("wine_get_version") != nullptr;
  return is_wine;
}

bool WineIgnores(abi::InfoClass info_class, const void* in, std::uint32_t size) noexcept {
  if (info_class == abi::InfoClass::kBasicUiRestrictions && size == sizeof(abi::JOBOBJECT_BASIC_UI_RESTRICTIONS) &&
      in != nullptr) {
    abi::JOBOBJECT_BASIC_UI_RESTRICTIONS ui{};
    std::memcpy(&ui, in, sizeof(ui));
    return ui.UIRestrictionsClass != 0;
  }
  // Class 9 begins with the structure of class 2. A wrong size is for the kernel to refuse.
  abi::JOBOBJECT_BASIC_LIMIT_INFORMATION limits{};
  const bool has_flags =
      (info_class == abi::InfoClass::kBasicLimit && size == sizeof(limits)) ||
      (info_class == abi::InfoClass::kExtendedLimit && size == sizeof(abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION));
  if (!has_flags || in == nullptr) return false;
  std::memcpy(&limits, in, sizeof(limits));
  return (limits.LimitFlags & abi::kExtendedLimitValidFlags & ~kWineLimits) != 0;
}

}  // namespace winjob::kernel
