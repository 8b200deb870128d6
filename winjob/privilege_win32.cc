#include "winjob/privilege.h"

#include <windows.h>

namespace winjob::kernel {

Privilege::Privilege(const wchar_t* name) noexcept : name_(name) {
  HANDLE token = nullptr;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token)) return;
  token_.reset(token);
  Switch(true);
}

Privilege::~Privilege() {
  if (held_ && !was_on_) Switch(false);
}

void Privilege::Switch(bool on) noexcept {
  TOKEN_PRIVILEGES wanted{};
  wanted.PrivilegeCount = 1;
  wanted.Privileges[0].Attributes = on ? SE_PRIVILEGE_ENABLED : 0;
  if (!LookupPrivilegeValueW(nullptr, name_, &wanted.Privileges[0].Luid)) return;

  // Success also when the token lacks the privilege: the last error tells.
  TOKEN_PRIVILEGES before{};
  DWORD size = sizeof(before);
  const BOOL done = AdjustTokenPrivileges(token_.get(), FALSE, &wanted, sizeof(before), &before, &size);
  held_ = done && GetLastError() == ERROR_SUCCESS;
  was_on_ = held_ && before.PrivilegeCount == 0;  // nothing changed
}

}  // namespace winjob::kernel
