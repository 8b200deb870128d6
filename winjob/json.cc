#include "winjob/json.h"

#include "winjob/json_object.h"
#include "winjob/limit_codec.h"

namespace winjob {
namespace {

std::string ToJson(const abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION& info) {
  JsonObject object;
  object.Add("ControlFlags", info.ControlFlags);
  if (info.ControlFlags & abi::kCpuRateMinMax) {
    object.Add("MinRate", info.Range.MinRate);
    object.Add("MaxRate", info.Range.MaxRate);
  } else if (info.ControlFlags & abi::kCpuRateWeightBased) {
    object.Add("Weight", info.Weight);
  } else {
    object.Add("CpuRate", info.CpuRate);
  }
  return object.Text();
}

std::string ToJson(const NetworkLimit& limit) {
  JsonObject object;
  object.Add("ControlFlags", Encode(limit).ControlFlags);
  object.Add("MaxBandwidth", limit.outgoing_per_second);
  if (limit.dscp) object.Add("DscpTag", limit.dscp->value());
  return object.Text();
}

std::string ToJson(const GroupMask& mask) {
  JsonObject object;
  object.Add("Group", mask.group);
  object.Add("Mask", mask.bits);
  return object.Text();
}

std::string ToJson(const IoRate& rate) {
  JsonObject object;
  object.Add("VolumeName", std::string_view(rate.volume));
  object.Add("MaxIops", rate.max_iops);
  object.Add("MaxBandwidth", rate.max_bandwidth);
  object.Add("ReservationIops", rate.reserved_iops);
  return object.Text();
}

void AddSwitch(JsonObject& object, std::string_view flag, bool on) {
  if (on) object.Add(flag, true);
}

void AddRate(JsonObject& object, std::string_view name, const std::optional<RateTolerance>& rate) {
  if (!rate) return;
  object.Add(name, static_cast<std::uint32_t>(rate->tolerance));
  object.Add(std::string(name) + "Interval", static_cast<std::uint32_t>(rate->interval));
}

template <class Value>
void AddViolation(JsonObject& object, std::string_view measured, std::string_view limit,
                  const std::optional<Violation<Value>>& violation) {
  if (!violation) return;
  object.Add(measured, violation->measured);
  object.Add(limit, violation->limit);
}

}  // namespace

std::string ToJson(const Counters& counters) {
  JsonObject object;
  object.Add("TotalUserTime", counters.user_time);
  object.Add("TotalKernelTime", counters.kernel_time);
  object.Add("ThisPeriodTotalUserTime", counters.period_user_time);
  object.Add("ThisPeriodTotalKernelTime", counters.period_kernel_time);
  object.Add("TotalPageFaultCount", counters.page_faults);
  object.Add("TotalProcesses", counters.total_processes);
  object.Add("ActiveProcesses", counters.active_processes);
  object.Add("TotalTerminatedProcesses", counters.terminated_processes);
  object.Add("ReadOperationCount", counters.read_operations);
  object.Add("WriteOperationCount", counters.write_operations);
  object.Add("OtherOperationCount", counters.other_operations);
  object.Add("ReadTransferCount", counters.read_bytes);
  object.Add("WriteTransferCount", counters.write_bytes);
  object.Add("OtherTransferCount", counters.other_bytes);
  return object.Text();
}

std::string ToJson(const MemoryUsage& memory) {
  JsonObject object;
  object.Add("JobMemory", memory.current);
  object.Add("PeakJobMemoryUsed", memory.peak_job);
  object.Add("PeakProcessMemoryUsed", memory.peak_process);
  return object.Text();
}

std::string ToJson(const ExtendedCounters& counters) {
  JsonObject disk;
  disk.Add("BytesRead", counters.disk_read_bytes);
  disk.Add("BytesWritten", counters.disk_write_bytes);
  disk.Add("ReadOperationCount", counters.disk_read_operations);
  disk.Add("WriteOperationCount", counters.disk_write_operations);
  disk.Add("FlushOperationCount", counters.disk_flush_operations);
  JsonObject object;
  object.AddRaw("DiskIoInfo", disk.Text());
  object.Add("ContextSwitches", counters.context_switches);
  object.Add("TotalCycleTime", counters.cycles);
  return object.Text();
}

std::string ToJson(const Limits& limits) {
  JsonObject object;
  object.Add("JobMemoryLimit", limits.job_memory);
  object.Add("ProcessMemoryLimit", limits.process_memory);
  object.Add("ActiveProcessLimit", limits.active_processes);
  object.Add("PerJobUserTimeLimit", limits.job_user_time);
  object.Add("PerProcessUserTimeLimit", limits.process_user_time);
  if (limits.working_set) {
    object.Add("MinimumWorkingSetSize", limits.working_set->min);
    object.Add("MaximumWorkingSetSize", limits.working_set->max);
  }
  if (limits.affinity) object.Add("Affinity", limits.affinity->bits);
  AddSwitch(object, "JOB_OBJECT_LIMIT_SUBSET_AFFINITY", limits.subset_affinity == true);
  if (limits.priority_class) object.Add("PriorityClass", static_cast<std::uint32_t>(*limits.priority_class));
  if (limits.scheduling_class) object.Add("SchedulingClass", limits.scheduling_class->value());
  AddSwitch(object, "JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION", limits.die_on_unhandled_exception == true);
  AddSwitch(object, "JOB_OBJECT_LIMIT_BREAKAWAY_OK", limits.breakaway == Breakaway::kOk);
  AddSwitch(object, "JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK", limits.breakaway == Breakaway::kSilent);
  AddSwitch(object, "JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE", limits.kill_on_close == true);
  const auto to_json = [](const auto& value) { return ToJson(value); };
  if (limits.group_affinity) object.AddRaw("GroupAffinity", JsonArray(*limits.group_affinity, to_json));
  if (limits.end_of_job_time) object.Add("EndOfJobTimeAction", static_cast<std::uint32_t>(*limits.end_of_job_time));
  if (limits.ui) object.Add("UIRestrictionsClass", limits.ui->bits);
  if (limits.cpu) object.AddRaw("CpuRateControl", ToJson(Encode(*limits.cpu)));
  if (limits.network) object.AddRaw("NetRateControl", ToJson(*limits.network));
  if (limits.io) object.AddRaw("IoRateControl", JsonArray(*limits.io, to_json));
  return object.Text();
}

std::string ToJson(const NotificationLimits& limits) {
  JsonObject object;
  object.Add("JobHighMemoryLimit", limits.job_memory);
  object.Add("JobLowMemoryLimit", limits.job_memory_low);
  object.Add("IoReadBytesLimit", limits.read_bytes);
  object.Add("IoWriteBytesLimit", limits.write_bytes);
  object.Add("PerJobUserTimeLimit", limits.job_user_time);
  AddRate(object, "CpuRateControlTolerance", limits.cpu_rate);
  AddRate(object, "IoRateControlTolerance", limits.io_rate);
  AddRate(object, "NetRateControlTolerance", limits.net_rate);
  return object.Text();
}

std::string ToJson(const Violations& violations) {
  JsonObject object;
  AddViolation(object, "JobMemory", "JobHighMemoryLimit", violations.job_memory);
  // Both thresholds on memory are compared with the same amount.
  if (!violations.job_memory && violations.job_memory_low) object.Add("JobMemory", violations.job_memory_low->measured);
  if (violations.job_memory_low) object.Add("JobLowMemoryLimit", violations.job_memory_low->limit);
  AddViolation(object, "IoReadBytes", "IoReadBytesLimit", violations.read_bytes);
  AddViolation(object, "IoWriteBytes", "IoWriteBytesLimit", violations.write_bytes);
  AddViolation(object, "PerJobUserTime", "PerJobUserTimeLimit", violations.job_user_time);
  AddViolation(object, "CpuRateControlTolerance", "CpuRateControlToleranceLimit", violations.cpu_rate);
  AddViolation(object, "IoRateControlTolerance", "IoRateControlToleranceLimit", violations.io_rate);
  AddViolation(object, "NetRateControlTolerance", "NetRateControlToleranceLimit", violations.net_rate);
  return object.Text();
}

std::string JsonObject::Quoted(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char character : text) {
    const auto code = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      quoted.append({'\\', character});
    } else if (character == '\n') {
      quoted += "\\n";
    } else if (code < 0x20 || code == 0x7f) {
      quoted.append("\\u00").append({kDigits[code / 16], kDigits[code % 16]});
    } else {
      quoted += character;
    }
  }
  return quoted + '"';
}

}  // namespace winjob
