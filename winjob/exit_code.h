// What exit codes say on Linux, where a process that a signal has ended has 128 and its number.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace winjob {

/// Of a process that was killed (SIGKILL), or of a shell whose command was.
inline constexpr std::uint32_t kKilledCode = 137;

/// Whether it is that of a signal that stands for an exception which nobody handled.
[[nodiscard]] constexpr bool IsFatalSignal(std::uint32_t exit_code) noexcept {
  constexpr std::uint32_t kSignalled = 128;
  constexpr std::uint32_t kFatal[] = {4, 5, 6, 7, 8, 11, 31};  // ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS
  return exit_code > kSignalled &&
         std::find(std::begin(kFatal), std::end(kFatal), exit_code - kSignalled) != std::end(kFatal);
}

}  // namespace winjob
