#include "winjob/limit_codec.h"

#include "winjob/limit_table.h"

namespace winjob {
namespace {

void Switch(std::uint32_t& flags, std::uint32_t flag, bool on) noexcept { flags = on ? flags | flag : flags & ~flag; }

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;  // clang before 17 does not deduce aggregates

}  // namespace

void Encode(const Limits& change, abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& info) noexcept {
  abi::JOBOBJECT_BASIC_LIMIT_INFORMATION& basic = info.BasicLimitInformation;
  std::uint32_t& flags = basic.LimitFlags;
  for (const Limit& limit : kLimits)
    if (limit.holds(change)) flags |= limit.flags;  // the switches below may be taken back

  if (change.job_memory) info.JobMemoryLimit = change.job_memory->count();
  if (change.process_memory) info.ProcessMemoryLimit = change.process_memory->count();
  if (change.active_processes) basic.ActiveProcessLimit = *change.active_processes;
  if (change.job_user_time) basic.PerJobUserTimeLimit = change.job_user_time->count();
  if (change.process_user_time) basic.PerProcessUserTimeLimit = change.process_user_time->count();
  if (change.working_set) {
    basic.MinimumWorkingSetSize = change.working_set->min.count();
    basic.MaximumWorkingSetSize = change.working_set->max.count();
  }
  if (change.affinity) basic.Affinity = change.affinity->bits;
  if (change.priority_class) basic.PriorityClass = static_cast<std::uint32_t>(*change.priority_class);
  if (change.scheduling_class) basic.SchedulingClass = change.scheduling_class->value();

  if (change.subset_affinity) Switch(flags, abi::kLimitSubsetAffinity, *change.subset_affinity);
  if (change.die_on_unhandled_exception)
    Switch(flags, abi::kLimitDieOnUnhandledException, *change.die_on_unhandled_exception);
  if (change.kill_on_close) Switch(flags, abi::kLimitKillOnJobClose, *change.kill_on_close);
  if (change.breakaway) {
    Switch(flags, abi::kLimitBreakawayOk, *change.breakaway == Breakaway::kOk);
    Switch(flags, abi::kLimitSilentBreakawayOk, *change.breakaway == Breakaway::kSilent);
  }
}

Limits Decode(const abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& info) {
  const abi::JOBOBJECT_BASIC_LIMIT_INFORMATION& basic = info.BasicLimitInformation;
  const auto has = [&basic](std::uint32_t flag) { return (basic.LimitFlags & flag) != 0; };
  Limits limits;
  if (has(abi::kLimitJobMemory)) limits.job_memory = Bytes(info.JobMemoryLimit);
  if (has(abi::kLimitProcessMemory)) limits.process_memory = Bytes(info.ProcessMemoryLimit);
  if (has(abi::kLimitActiveProcess)) limits.active_processes = basic.ActiveProcessLimit;
  if (has(abi::kLimitJobTime)) limits.job_user_time = Ticks(basic.PerJobUserTimeLimit);
  if (has(abi::kLimitProcessTime)) limits.process_user_time = Ticks(basic.PerProcessUserTimeLimit);
  if (has(abi::kLimitWorkingSet))
    limits.working_set = WorkingSet{Bytes(basic.MinimumWorkingSetSize), Bytes(basic.MaximumWorkingSetSize)};
  if (has(abi::kLimitAffinity)) limits.affinity = AffinityMask{basic.Affinity};
  if (has(abi::kLimitPriorityClass)) limits.priority_class = static_cast<PriorityClass>(basic.PriorityClass);
  if (has(abi::kLimitSchedulingClass)) limits.scheduling_class = SchedulingClass::From(basic.SchedulingClass);
  if (has(abi::kLimitSubsetAffinity)) limits.subset_affinity = true;
  if (has(abi::kLimitDieOnUnhandledException)) limits.die_on_unhandled_exception = true;
  if (has(abi::kLimitKillOnJobClose)) limits.kill_on_close = true;
  if (has(abi::kLimitBreakawayOk)) limits.breakaway = Breakaway::kOk;
  if (has(abi::kLimitSilentBreakawayOk)) limits.breakaway = Breakaway::kSilent;  // goes further than the other
  return limits;
}

abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION Encode(const CpuLimit& limit) noexcept {
  abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION info{};
  info.ControlFlags = abi::kCpuRateEnable;
  if (limit.notify) info.ControlFlags |= abi::kCpuRateNotify;
  std::visit(Overloaded{[&info](const CpuCap& cap) {
                          if (cap.hard) info.ControlFlags |= abi::kCpuRateHardCap;
                          info.CpuRate = cap.rate.hundredths();
                        },
                        [&info](const CpuWeight& weight) {
                          info.ControlFlags |= abi::kCpuRateWeightBased;
                          info.Weight = weight.value();
                        },
                        [&info](const CpuRange& range) {
                          info.ControlFlags |= abi::kCpuRateMinMax;
                          info.Range = {static_cast<std::uint16_t>(range.min.hundredths()),
                                        static_cast<std::uint16_t>(range.max.hundredths())};
                        }},
             limit.mode);
  return info;
}

std::optional<CpuLimit> Decode(const abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION& info) noexcept {
  const auto has = [&info](std::uint32_t flag) { return (info.ControlFlags & flag) != 0; };
  if (!has(abi::kCpuRateEnable)) return std::nullopt;
  const bool notify = has(abi::kCpuRateNotify);
  if (has(abi::kCpuRateMinMax)) {
    const std::optional<CpuRate> min = CpuRate::FromHundredths(info.Range.MinRate);
    const std::optional<CpuRate> max = CpuRate::FromHundredths(info.Range.MaxRate);
    if (!min || !max) return std::nullopt;
    return CpuLimit{CpuRange{*min, *max}, notify};
  }
  if (has(abi::kCpuRateWeightBased)) {
    const std::optional<CpuWeight> weight = CpuWeight::From(info.Weight);
    if (!weight) return std::nullopt;
    return CpuLimit{*weight, notify};
  }
  const std::optional<CpuRate> rate = CpuRate::FromHundredths(info.CpuRate);
  if (!rate) return std::nullopt;
  return CpuLimit{CpuCap{*rate, has(abi::kCpuRateHardCap)}, notify};
}

abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION Encode(const NetworkLimit& limit) noexcept {
  abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION info{};
  info.ControlFlags = abi::kNetRateEnable;
  if (limit.outgoing_per_second) {
    info.ControlFlags |= abi::kNetRateMaxBandwidth;
    info.MaxBandwidth = limit.outgoing_per_second->count();
  }
  if (limit.dscp) {
    info.ControlFlags |= abi::kNetRateDscpTag;
    info.DscpTag = static_cast<std::uint8_t>(limit.dscp->value());
  }
  return info;
}

std::optional<NetworkLimit> Decode(const abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION& info) noexcept {
  if ((info.ControlFlags & abi::kNetRateEnable) == 0) return std::nullopt;
  NetworkLimit limit;
  if (info.ControlFlags & abi::kNetRateMaxBandwidth) limit.outgoing_per_second = Bytes(info.MaxBandwidth);
  if (info.ControlFlags & abi::kNetRateDscpTag) limit.dscp = Dscp::From(info.DscpTag);
  return limit;
}

}  // namespace winjob
