// The families about limits in force and memory: each limit beside what it limits.
#include <bit>
#include <variant>

#include "exporter/families.h"
#include "winjob/kernel.h"

namespace winjob::exporter {
namespace {

using agent::JobSample;

template <auto Member>
constexpr Point kLimit[] = {{"", "", [](const JobSample& s) { return From(s.reading.limits.*Member); }}};
template <auto Member>
constexpr Point kMemory[] = {{"", "", [](const JobSample& s) { return From(s.reading.memory.*Member); }}};

template <auto Member>
constexpr Point kWorkingSet[] = {{"", "", [](const JobSample& s) {
                                    const auto& set = s.reading.limits.working_set;
                                    return set ? Value((*set.*Member).count()) : Value();
                                  }}};

// A mode of the rate of processor time, when that is the one in force.
template <class Mode>
const Mode* CpuMode(const JobSample& sample) noexcept {
  const auto& cpu = sample.reading.limits.cpu;
  return cpu ? std::get_if<Mode>(&cpu->mode) : nullptr;
}
Value Cores(CpuRate rate) noexcept { return Value(rate.cores(kernel::ProcessorCount())); }

Value CpuLimitCores(const JobSample& sample) noexcept {
  if (const auto* cap = CpuMode<CpuCap>(sample)) return Cores(cap->rate);
  if (const auto* range = CpuMode<CpuRange>(sample)) return Cores(range->max);
  return {};
}
Value CpuReservedCores(const JobSample& sample) noexcept {
  const auto* range = CpuMode<CpuRange>(sample);
  return range != nullptr ? Cores(range->min) : Value();
}
Value CpuWeightValue(const JobSample& sample) noexcept {
  const auto* weight = CpuMode<CpuWeight>(sample);
  return weight != nullptr ? Value(std::uint64_t{weight->value()}) : Value();
}
Value AffinityProcessors(const JobSample& sample) noexcept {
  const Limits& limits = sample.reading.limits;
  if (limits.affinity) return Value(static_cast<std::uint64_t>(std::popcount(limits.affinity->bits)));
  if (!limits.group_affinity) return {};
  std::uint64_t count = 0;
  for (const GroupMask& group : *limits.group_affinity) count += static_cast<std::uint64_t>(std::popcount(group.bits));
  return Value(count);
}
Value NetworkLimitBytes(const JobSample& sample) noexcept {
  const auto& network = sample.reading.limits.network;
  return network ? From(network->outgoing_per_second) : Value();
}
Value SchedulingClassValue(const JobSample& sample) noexcept {
  const auto& value = sample.reading.limits.scheduling_class;
  return value ? Value(std::uint64_t{value->value()}) : Value();
}

template <auto Read>
constexpr Point kRead[] = {{"", "", Read}};

constexpr Family kFamilies[] = {
    {"winjob_active_process_limit", "Processes that may be in the job at a time (ActiveProcessLimit).", Type::kGauge,
     kLimit<&Limits::active_processes>},
    {"winjob_affinity_processors", "Processors that the job's processes may use (Affinity, GROUP_AFFINITY).",
     Type::kGauge, kRead<AffinityProcessors>},
    {"winjob_cpu_limit_cores", "Hard or soft cap on processor time, in processors (CpuRate, MaxRate).", Type::kGauge,
     kRead<CpuLimitCores>},
    {"winjob_cpu_reserved_cores", "Processor time that is kept free for the job, in processors (MinRate).",
     Type::kGauge, kRead<CpuReservedCores>},
    {"winjob_cpu_weight", "The job's share when processors are scarce, 1 to 9 (Weight).", Type::kGauge,
     kRead<CpuWeightValue>},
    {"winjob_job_memory_limit_bytes", "Memory that all processes may commit together (JobMemoryLimit).", Type::kGauge,
     kLimit<&Limits::job_memory>},
    {"winjob_job_user_time_limit_seconds", "User time of all processes together (PerJobUserTimeLimit).", Type::kGauge,
     kLimit<&Limits::job_user_time>},
    {"winjob_memory_commit_bytes", "Memory that the job's processes have committed now (JobMemory).", Type::kGauge,
     kMemory<&MemoryUsage::current>},
    {"winjob_memory_commit_peak_bytes", "Most memory that they ever had committed together (PeakJobMemoryUsed).",
     Type::kGauge, kMemory<&MemoryUsage::peak_job>},
    {"winjob_network_limit_bytes_per_second", "Traffic that may leave the machine (MaxBandwidth).", Type::kGauge,
     kRead<NetworkLimitBytes>},
    {"winjob_process_memory_commit_peak_bytes", "Most memory that any process ever committed (PeakProcessMemoryUsed).",
     Type::kGauge, kMemory<&MemoryUsage::peak_process>},
    {"winjob_process_memory_limit_bytes", "Memory that each process may commit (ProcessMemoryLimit).", Type::kGauge,
     kLimit<&Limits::process_memory>},
    {"winjob_process_user_time_limit_seconds", "User time of each process (PerProcessUserTimeLimit).", Type::kGauge,
     kLimit<&Limits::process_user_time>},
    {"winjob_scheduling_class", "Length of the threads' time slices, 0 to 9 (SchedulingClass).", Type::kGauge,
     kRead<SchedulingClassValue>},
    {"winjob_working_set_max_bytes", "Most memory that a process may have resident (MaximumWorkingSetSize).",
     Type::kGauge, kWorkingSet<&WorkingSet::max>},
    {"winjob_working_set_min_bytes", "Memory that stays resident of each process (MinimumWorkingSetSize).",
     Type::kGauge, kWorkingSet<&WorkingSet::min>},
};

}  // namespace

std::span<const Family> LimitFamilies() noexcept { return kFamilies; }

}  // namespace winjob::exporter
