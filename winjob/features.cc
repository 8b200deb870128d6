#include "winjob/features.h"

#include "winjob/job_directory.h"
#include "winjob/limit_table.h"
#include "winjob/notification.h"

namespace winjob {
namespace {

struct ClassOfLimit {
  LimitKind limit;
  abi::InfoClass number;
};
constexpr ClassOfLimit kClasses[] = {
    {LimitKind::kGroupAffinity, abi::InfoClass::kGroupEx},  {LimitKind::kEndOfJobTime, abi::InfoClass::kEndOfJobTime},
    {LimitKind::kUi, abi::InfoClass::kBasicUiRestrictions}, {LimitKind::kCpu, abi::InfoClass::kCpuRateControl},
    {LimitKind::kNetwork, abi::InfoClass::kNetRateControl},
};

struct FieldName {
  kernel::CounterField field;
  std::string_view name;
};
constexpr FieldName kFields[] = {
    {kernel::kUserTime, "user_time"},
    {kernel::kKernelTime, "kernel_time"},
    {kernel::kPageFaults, "page_faults"},
    {kernel::kTotalProcesses, "total_processes"},
    {kernel::kActiveProcesses, "active_processes"},
    {kernel::kTerminatedProcesses, "terminated_processes"},
    {kernel::kReadOperations, "read_operations"},
    {kernel::kWriteOperations, "write_operations"},
    {kernel::kOtherOperations, "other_operations"},
    {kernel::kReadBytes, "read_bytes"},
    {kernel::kWriteBytes, "write_bytes"},
    {kernel::kOtherBytes, "other_bytes"},
    {kernel::kMemory, "memory"},
    {kernel::kPeakJobMemory, "peak_job_memory"},
    {kernel::kPeakProcessMemory, "peak_process_memory"},
};

// One threshold each, which an empty job does not cross.
struct Threshold {
  NotificationKind kind;
  NotificationLimits limits;
};
const Threshold kThresholds[] = {
    {NotificationKind::kJobMemory, {.job_memory = Bytes(1 << 30)}},
    {NotificationKind::kJobMemoryLow, {.job_memory_low = Bytes(1 << 20)}},
    {NotificationKind::kReadBytes, {.read_bytes = Bytes(1 << 30)}},
    {NotificationKind::kWriteBytes, {.write_bytes = Bytes(1 << 30)}},
    {NotificationKind::kJobUserTime, {.job_user_time = Ticks(3600 * Ticks::kPerSecond)}},
    {NotificationKind::kCpuRate, {.cpu_rate = RateTolerance{}}},
    {NotificationKind::kIoRate, {.io_rate = RateTolerance{}}},
    {NotificationKind::kNetRate, {.net_rate = RateTolerance{}}},
};
static_assert(std::size(kThresholds) == kNotificationLimitCount);

}  // namespace

bool HoldsLimit(const Job& job, LimitKind limit, const Capabilities& capabilities) {
  if (limit == LimitKind::kIo) {
    std::vector<IoRate> rates;
    return !kernel::QueryIoRates(job.raw(), rates);
  }
  for (const ClassOfLimit& row : kClasses)
    if (row.limit == limit) return capabilities.Has(row.number);
  const std::uint32_t flags = RowOf(limit).flags;
  return (job.support().limits & flags) == flags;
}

Result<std::vector<Feature>> ProbeFeatures() {
  const Result<Capabilities> capabilities = Capabilities::Probe();
  if (!capabilities) return capabilities.error();
  Result<Job> job = Job::Create();
  if (!job) return job.error();

  std::vector<Feature> features;
  const auto add = [&](std::string_view group, std::string_view name, bool has) {
    features.push_back({std::string(group).append(name), has});
  };
  for (const Limit& limit : kLimits) add("limits.", limit.name, HoldsLimit(*job, limit.kind, *capabilities));
  for (const Threshold& threshold : kThresholds)
    add("notify.", kNotificationLimits[static_cast<std::size_t>(threshold.kind)].name,
        !job->SetNotificationLimits(threshold.limits));
  for (const FieldName& row : kFields) add("counters.", row.name, (job->support().counters & row.field) != 0);
  for (const Message& message : kMessages)
    if (message.event != Event::kUnknown) add("events.", message.name, Reports(job->support(), message.event));
  add("", "extended_accounting", capabilities->Has(abi::InfoClass::kExtendedAccounting));
  add("", "freeze", capabilities->Has(abi::InfoClass::kFreeze));
  add("", "job_list", static_cast<bool>(ListJobNames()));
  add("", "peak_memory_reset", capabilities->Has(abi::InfoClass::kClearPeakJobMemory));
  return features;
}

}  // namespace winjob
