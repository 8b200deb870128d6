// A privilege that the process holds but has switched off. Windows only.
#pragma once

#include "winjob/handle.h"

namespace winjob::kernel {

/// Switches the privilege on for as long as this object lives.
class Privilege {
 public:
  explicit Privilege(const wchar_t* name) noexcept;
  ~Privilege();
  Privilege(const Privilege&) = delete;
  Privilege& operator=(const Privilege&) = delete;

  /// Whether the process holds it.
  [[nodiscard]] bool held() const noexcept { return held_; }

 private:
  void Switch(bool on) noexcept;

  const wchar_t* name_;
  Handle token_;
  bool held_ = false;
  bool was_on_ = false;
};

}  // namespace winjob::kernel
