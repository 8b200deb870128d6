#include "tests/fake_kernel/thresholds.h"

#include "tests/fake_kernel/enforcement.h"
#include "tests/fake_kernel/membership.h"

namespace winjob::fake {
namespace {

std::int64_t TimeUsed(const Job& job) { return job.usage.user_time.count() - job.thresholds.user_time_start; }

std::uint32_t Reached(const Job& job, Rate rate) {
  return job.thresholds.tolerance_reached[static_cast<std::size_t>(rate)];
}

// The flags of the thresholds that are exceeded now.
std::uint32_t Exceeded(const Job& job) {
  const auto& limits = job.thresholds.limits;
  const auto tolerance = [](std::uint32_t level) { return level == 0 ? 3 : level; };
  const auto reaches = [&](Rate rate, std::uint32_t level) { return Reached(job, rate) >= tolerance(level); };
  std::uint32_t flags = 0;
  if (job.memory > limits.JobHighMemoryLimit) flags |= abi::kLimitJobMemory;
  if (job.memory < limits.JobLowMemoryLimit) flags |= abi::kLimitJobMemoryLow;
  if (job.usage.read_bytes.count() > limits.IoReadBytesLimit) flags |= abi::kLimitJobReadBytes;
  if (job.usage.write_bytes.count() > limits.IoWriteBytesLimit) flags |= abi::kLimitJobWriteBytes;
  if (TimeUsed(job) > limits.PerJobUserTimeLimit) flags |= abi::kLimitJobTime;
  if (job.cpu.ControlFlags != 0 && reaches(Rate::kCpu, limits.CpuRateControlTolerance))
    flags |= abi::kLimitCpuRateControl;
  if (!job.io.empty() && reaches(Rate::kIo, limits.IoRateControlTolerance)) flags |= abi::kLimitIoRateControl;
  if (job.net.ControlFlags != 0 && reaches(Rate::kNet, limits.NetRateControlTolerance))
    flags |= abi::kLimitNetRateControl;
  return flags & limits.LimitFlags;
}

bool AreLevels(std::initializer_list<std::uint32_t> values) {
  for (const std::uint32_t value : values)
    if (value > 3) return false;
  return true;
}

}  // namespace

void Watch(World& world, Job& job, const Process& process) {
  const std::uint32_t now = Exceeded(job);
  const std::uint32_t fresh = now & ~job.thresholds.exceeded;
  job.thresholds.exceeded = now;
  if (fresh == 0 || job.thresholds.reported) return;
  job.thresholds.reported = true;
  Post(world, job, abi::kMsgNotificationLimit, static_cast<std::uint64_t>(process.id));
}

void ExceedRate(std::string_view job_name, Rate rate, std::uint32_t tolerance) {
  const Visit visit;
  const auto job = FindJob(visit.world(), job_name);
  if (job == nullptr) return;
  job->thresholds.tolerance_reached[static_cast<std::size_t>(rate)] = tolerance;
  Watch(visit.world(), *job, job->members.empty() ? Process() : *job->members.front());
  visit.Changed();
}

std::error_code SetThresholds(Job& job, const abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2& limits) {
  if ((limits.LimitFlags & ~abi::kNotificationLimit2ValidFlags) != 0) return Win32Error::kInvalidParameter;
  if (!AreLevels({limits.CpuRateControlTolerance, limits.CpuRateControlToleranceInterval, limits.IoRateControlTolerance,
                  limits.IoRateControlToleranceInterval, limits.NetRateControlTolerance,
                  limits.NetRateControlToleranceInterval}))
    return Win32Error::kInvalidParameter;
  job.thresholds.limits = limits;
  job.thresholds.user_time_start = job.usage.user_time.count();
  job.thresholds.reported = false;
  job.thresholds.exceeded = Exceeded(job) & abi::kLimitJobMemoryLow;  // to be reported when memory drops, not before
  return {};
}

std::error_code SetThresholds(Job& job, const abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION& limits) {
  if ((limits.LimitFlags & ~abi::kNotificationLimitValidFlags) != 0) return Win32Error::kInvalidParameter;
  abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 wide{};
  wide.IoReadBytesLimit = limits.IoReadBytesLimit;
  wide.IoWriteBytesLimit = limits.IoWriteBytesLimit;
  wide.PerJobUserTimeLimit = limits.PerJobUserTimeLimit;
  wide.JobHighMemoryLimit = limits.JobMemoryLimit;
  wide.CpuRateControlTolerance = limits.RateControlTolerance;
  wide.CpuRateControlToleranceInterval = limits.RateControlToleranceInterval;
  wide.LimitFlags = limits.LimitFlags;
  return SetThresholds(job, wide);
}

abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION OldThresholds(const Job& job) {
  const auto& limits = job.thresholds.limits;
  return {limits.IoReadBytesLimit,
          limits.IoWriteBytesLimit,
          limits.PerJobUserTimeLimit,
          limits.JobHighMemoryLimit,
          limits.CpuRateControlTolerance,
          limits.CpuRateControlToleranceInterval,
          limits.LimitFlags & abi::kNotificationLimitValidFlags};
}

abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 ReadViolation(Job& job) {
  job.thresholds.reported = false;
  const auto& limits = job.thresholds.limits;
  abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 info{};
  info.LimitFlags = limits.LimitFlags;
  info.ViolationLimitFlags = Exceeded(job);
  info.IoReadBytes = job.usage.read_bytes.count();
  info.IoReadBytesLimit = limits.IoReadBytesLimit;
  info.IoWriteBytes = job.usage.write_bytes.count();
  info.IoWriteBytesLimit = limits.IoWriteBytesLimit;
  info.PerJobUserTime = TimeUsed(job);
  info.PerJobUserTimeLimit = limits.PerJobUserTimeLimit;
  info.JobMemory = job.memory;
  info.JobHighMemoryLimit = limits.JobHighMemoryLimit;
  info.JobLowMemoryLimit = limits.JobLowMemoryLimit;
  info.CpuRateControlTolerance = Reached(job, Rate::kCpu);
  info.CpuRateControlToleranceLimit = limits.CpuRateControlTolerance;
  info.IoRateControlTolerance = Reached(job, Rate::kIo);
  info.IoRateControlToleranceLimit = limits.IoRateControlTolerance;
  info.NetRateControlTolerance = Reached(job, Rate::kNet);
  info.NetRateControlToleranceLimit = limits.NetRateControlTolerance;
  return info;
}

abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION ReadOldViolation(Job& job) {
  const abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 info = ReadViolation(job);
  return {info.LimitFlags & abi::kNotificationLimitValidFlags,
          info.ViolationLimitFlags & abi::kNotificationLimitValidFlags,
          info.IoReadBytes,
          info.IoReadBytesLimit,
          info.IoWriteBytes,
          info.IoWriteBytesLimit,
          info.PerJobUserTime,
          info.PerJobUserTimeLimit,
          info.JobMemory,
          info.JobHighMemoryLimit,
          info.CpuRateControlTolerance,
          info.CpuRateControlToleranceLimit};
}

}  // namespace winjob::fake
