// The table of limits and what each one needs.
#include "winjob/linux/limit_support.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <string>

#include "winjob/error.h"
#include "winjob/kernel.h"
#include "winjob/limit_table.h"
#include "winjob/linux/knobs.h"
#include "winjob/linux/level.h"
#include "winjob/linux/member_settings.h"
#include "winjob/linux/perf_event.h"

namespace winjob::linux_kernel {
namespace {

struct Need {
  LimitKind kind;
  std::optional<Controller> controller;  // that has to be there
  std::string_view never;                // why no machine with Linux holds it
};

constexpr Need kNeeds[] = {
    {LimitKind::kJobMemory, Controller::kMemory, {}},
    {LimitKind::kActiveProcesses, Controller::kPids, {}},
    {LimitKind::kAffinity, Controller::kCpuset, {}},
    {LimitKind::kSubsetAffinity, Controller::kCpuset, {}},
    {LimitKind::kGroupAffinity, Controller::kCpuset, {}},
    {LimitKind::kSchedulingClass, Controller::kCpu, {}},
    {LimitKind::kCpu, Controller::kCpu, {}},
    {LimitKind::kIo, Controller::kIo, {}},
    {LimitKind::kWorkingSet, {}, "Linux bounds the resident memory of a job, not of each process: see job_memory"},
    {LimitKind::kBreakaway, {}, "on Linux every child of a member is a member"},
    {LimitKind::kUi, {}, "Linux has no user interface of its own to restrict"},
    {LimitKind::kNetwork, {}, "no controller of Linux bounds network traffic"},
};

const Need* NeedOf(LimitKind kind) noexcept {
  const auto* const found = std::ranges::find(kNeeds, kind, &Need::kind);
  return found != std::end(kNeeds) ? found : nullptr;
}

/// The reasons of this machine, made once so that they last.
struct Reasons {
  std::array<std::string, kControllerCount> missing;
  std::string no_groups;
};

const Reasons& ReasonsHere() noexcept {
  static const Reasons reasons = [] {
    Reasons made;
    const Platform& platform = CurrentPlatform();
    for (std::size_t i = 0; i < kControllerCount; ++i)
      made.missing[i] =
          "needs the controller " + std::string(kControllerNames[i].v2) + ": " + platform.controllers[i].reason;
    made.no_groups = "at level process only kill_on_close is held: " + platform.reason;
    return made;
  }();
  return reasons;
}

std::string_view WhyNotCpu(const CpuLimit& limit) noexcept {
  if (std::holds_alternative<CpuRange>(limit.mode)) return "no controller of Linux keeps processor time free for a job";
  if (const auto* cap = std::get_if<CpuCap>(&limit.mode)) {
    if (!cap->hard) return "Linux has no soft cap: use a weight";
    if (QuotaOf(cap->rate.hundredths(), kernel::ProcessorCount()) < kLeastQuota)
      return "a cap below 1 ms of processor time in 100 ms is too small for Linux";
  }
  return limit.notify ? "Linux does not tell when a cap is exceeded" : "";
}

std::string_view WhyNotIo(const std::vector<IoRate>& rates) noexcept {
  for (const IoRate& rate : rates) {
    if (rate.reserved_iops != 0) return "no controller of Linux keeps disk operations free for a job";
    if (rate.volume.empty()) return "on Linux a volume has to be named: a disk such as /dev/sda, or a path on it";
  }
  return rates.size() > kMaxIoRates ? "Linux holds at most 8 volumes here" : "";
}

bool IsOff(LimitKind kind, const Limits& change) noexcept {
  switch (kind) {
    case LimitKind::kSubsetAffinity: return !*change.subset_affinity;
    case LimitKind::kDieOnUnhandledException: return !*change.die_on_unhandled_exception;
    case LimitKind::kBreakaway: return *change.breakaway == Breakaway::kNone;
    case LimitKind::kKillOnClose: return !*change.kill_on_close;
    case LimitKind::kEndOfJobTime: return *change.end_of_job_time == EndOfJobTime::kTerminate;
    case LimitKind::kUi: return change.ui->bits == 0;
    case LimitKind::kGroupAffinity: return change.group_affinity->empty();
    case LimitKind::kIo: return change.io->empty();
    default: return false;
  }
}

/// The processors of the machine that are there, as masks.
bool AreOnline(const HeldLimits& limits) noexcept {
  std::array<std::uint64_t, kProcessorGroups> online{};
  for (const int cpu : OnlineCpus())
    if (cpu < 64 * static_cast<int>(kProcessorGroups)) online[cpu / 64] |= std::uint64_t{1} << cpu % 64;
  const std::uint64_t first = limits.Has(abi::kLimitAffinity) ? limits.extended.BasicLimitInformation.Affinity : 0;
  if (limits.Has(abi::kLimitAffinity) && first == 0) return false;
  bool inside = (first & ~online[0]) == 0;
  for (std::size_t i = 0; i < kProcessorGroups; ++i) inside = inside && (limits.groups[i] & ~online[i]) == 0;
  return inside;
}

bool IsCpuRateHeld(const abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION& cpu) noexcept {
  if (cpu.ControlFlags == (abi::kCpuRateEnable | abi::kCpuRateHardCap))
    return cpu.CpuRate == 0 || QuotaOf(cpu.CpuRate, kernel::ProcessorCount()) >= kLeastQuota;  // 0 is out of range
  return cpu.ControlFlags == 0 || cpu.ControlFlags == (abi::kCpuRateEnable | abi::kCpuRateWeightBased);
}

bool IsInRange(const HeldLimits& limits) noexcept {
  const auto& basic = limits.extended.BasicLimitInformation;
  const auto& cpu = limits.cpu;
  const bool capped = (cpu.ControlFlags & abi::kCpuRateHardCap) != 0;
  const bool weighted = (cpu.ControlFlags & abi::kCpuRateWeightBased) != 0;
  return !(limits.Has(abi::kLimitActiveProcess) && basic.ActiveProcessLimit == 0) &&
         !(limits.Has(abi::kLimitJobTime) && basic.PerJobUserTimeLimit <= 0) &&
         !(limits.Has(abi::kLimitProcessTime) && basic.PerProcessUserTimeLimit <= 0) &&
         !(limits.Has(abi::kLimitSchedulingClass) && basic.SchedulingClass > SchedulingClass::kMax) &&
         !(limits.Has(abi::kLimitJobMemory) && limits.extended.JobMemoryLimit == 0) &&
         !(limits.Has(abi::kLimitProcessMemory) && limits.extended.ProcessMemoryLimit == 0) &&
         !(limits.Has(abi::kLimitSubsetAffinity) && !limits.Has(abi::kLimitAffinity)) &&
         !(limits.Has(abi::kLimitPriorityClass) && !IsPriorityClass(basic.PriorityClass)) &&
         !(capped && (cpu.CpuRate == 0 || cpu.CpuRate > CpuRate::kWhole)) &&
         !(weighted && !CpuWeight::From(cpu.Weight)) && AreOnline(limits);
}

/// Thresholds that can be watched here.
std::uint32_t WatchedFlags() noexcept {
  const Controllers& controllers = CurrentPlatform().controllers;
  std::uint32_t flags = abi::kLimitJobTime;
  if (At(controllers, Controller::kMemory).version != 0) flags |= abi::kLimitJobMemory | abi::kLimitJobMemoryLow;
  if (At(controllers, Controller::kIo).version != 0) flags |= abi::kLimitJobReadBytes | abi::kLimitJobWriteBytes;
  return flags;
}

}  // namespace

std::uint32_t HeldFlags() noexcept {
  std::uint32_t flags = 0;
  for (const Limit& limit : kLimits) {
    const Need* const need = NeedOf(limit.kind);
    const bool held =
        need == nullptr || (need->never.empty() && At(CurrentPlatform().controllers, *need->controller).version != 0);
    if (held) flags |= limit.flags;
  }
  return flags;
}

std::string_view WhyNot(LimitKind kind, const Limits& change) noexcept {
  if (IsOff(kind, change) || kind == LimitKind::kKillOnClose) return {};
  if (!CurrentPlatform().has_groups()) return ReasonsHere().no_groups;
  if (const Need* const need = NeedOf(kind)) {
    if (!need->never.empty()) return need->never;
    if (At(CurrentPlatform().controllers, *need->controller).version == 0)
      return ReasonsHere().missing[static_cast<std::size_t>(*need->controller)];
  }
  if (kind == LimitKind::kCpu) return WhyNotCpu(*change.cpu);
  if (kind == LimitKind::kIo) return WhyNotIo(*change.io);
  return {};
}

std::error_code CheckHeld(const HeldLimits& limits) noexcept {
  if ((limits.extended.BasicLimitInformation.LimitFlags & ~HeldFlags()) != 0 || !IsCpuRateHeld(limits.cpu) ||
      (limits.thresholds.LimitFlags & ~WatchedFlags()) != 0)
    return Win32Error::kNotSupported;
  if (!IsInRange(limits)) return Win32Error::kInvalidParameter;
  if (!MaySetPriority(limits)) return Win32Error::kPrivilegeNotHeld;
  return {};
}

}  // namespace winjob::linux_kernel
