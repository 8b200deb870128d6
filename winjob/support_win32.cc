// What this Windows, or Wine, counts and reports for a job.
#include <windows.h>

#include "winjob/handle.h"
#include "winjob/information.h"
#include "winjob/wine.h"

namespace winjob::kernel {
namespace {

// Bit 0 stands for the numbers that the library does not know; number 5 does not exist.
constexpr std::uint32_t kWindowsMessages = ((1U << (abi::kMsgSiloTerminated + 1)) - 1) & ~(1U << 5);

// Wine has no message for a crash: it reports a plain exit.
constexpr std::uint32_t kWineMessages =
    1U << abi::kMsgActiveProcessZero | 1U << abi::kMsgNewProcess | 1U << abi::kMsgExitProcess;

template <class Info>
bool HasClass() noexcept {
  const Handle job(CreateJobObjectW(nullptr, nullptr));
  Info info{};
  return !IsUnknownClass(Query(job.get(), info));
}

std::uint32_t WindowsCounters() noexcept {
  return (HasClass<abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION>() ? kAllCounters : kBasicCounters) |
         (HasClass<abi::JOBOBJECT_MEMORY_USAGE_INFORMATION>() ? kMemoryCounters : kPeakJobMemory | kPeakProcessMemory);
}

}  // namespace

Identity Identify() noexcept {
  if (IsWine())
    return {"wine", "core", "Wine counts neither CPU time, page faults nor I/O of a job and enforces no limits"};
  return {"windows", "full", ""};
}

Support SupportOf(RawHandle) noexcept {
  static const Support support = [] {
    if (IsWine()) return Support{kTotalProcesses | kActiveProcesses, kWineMessages, kWineLimits};
    return Support{WindowsCounters(), kWindowsMessages};
  }();
  return support;
}

std::string_view WhyNotHeld(RawHandle, LimitKind, const Limits&) noexcept { return {}; }

}  // namespace winjob::kernel
