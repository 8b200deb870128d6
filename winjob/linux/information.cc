// Readers and writers of the information classes.
#include "winjob/linux/information.h"

#include <array>
#include <cstring>
#include <optional>

#include "winjob/error.h"
#include "winjob/linux/level.h"
#include "winjob/linux/limit_edits.h"
#include "winjob/linux/port.h"
#include "winjob/notification_limits.h"

namespace winjob::linux_kernel {
namespace {

using abi::InfoClass;
using Basic = abi::JOBOBJECT_BASIC_LIMIT_INFORMATION;
using Extended = abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION;

/// What several classes tell of, read at most once.
class Reading {
 public:
  explicit Reading(Job& job) noexcept : job_(job) {}

  [[nodiscard]] Job& job() const noexcept { return job_; }

  /// The limits are valid when there is no error.
  [[nodiscard]] std::error_code ReadLimits(const HeldLimits*& limits) noexcept {
    if (!limits_)
      if (const std::error_code error = job_.ReadLimits(limits_.emplace())) {
        limits_.reset();
        return error;
      }
    limits = &*limits_;
    return {};
  }

  [[nodiscard]] std::error_code ReadMemory(abi::JOBOBJECT_MEMORY_USAGE_INFORMATION& memory) noexcept {
    std::error_code error;
    if (!has_memory_) error = job_.ReadMemory(memory_);
    has_memory_ = !error;
    memory = memory_;
    return error;
  }

 private:
  Job& job_;
  std::optional<HeldLimits> limits_;  // not made for classes that have none: it is large
  abi::JOBOBJECT_MEMORY_USAGE_INFORMATION memory_{};
  bool has_memory_ = false;
};

/// The header is written and as many entries as there is room for; what does not fit is kMoreData.
std::error_code ReadProcessList(Job& job, void* out, std::uint32_t size) noexcept {
  using Head = abi::JOBOBJECT_BASIC_PROCESS_ID_LIST;
  if (size < sizeof(Head) + sizeof(std::uint64_t)) return Win32Error::kBadLength;
  const std::span room(reinterpret_cast<std::uint64_t*>(static_cast<std::byte*>(out) + sizeof(Head)),
                       (size - sizeof(Head)) / sizeof(std::uint64_t));
  ListCount count;
  if (const std::error_code error = job.ReadProcesses(room, count)) return error;
  const Head head{count.total, count.listed};
  std::memcpy(out, &head, sizeof(head));
  return count.listed < count.total ? std::error_code(Win32Error::kMoreData) : std::error_code();
}

std::error_code ReadGroups(Reading& reading, void* out, std::uint32_t size) noexcept {
  if (size % sizeof(abi::GROUP_AFFINITY) != 0) return Win32Error::kBadLength;
  const HeldLimits* held = nullptr;
  if (const std::error_code error = reading.ReadLimits(held)) return error;
  const auto& groups = held->groups;
  std::memset(out, 0, size);
  std::uint32_t at = 0;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    if (groups[group] == 0) continue;
    if (at == size) return Win32Error::kInsufficientBuffer;
    const abi::GROUP_AFFINITY entry{groups[group], static_cast<std::uint16_t>(group), {}};
    std::memcpy(static_cast<std::byte*>(out) + at, &entry, sizeof(entry));
    at += sizeof(entry);
  }
  return {};
}

abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION NarrowViolation(const abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2& wide) {
  return {wide.LimitFlags & abi::kNotificationLimitValidFlags,
          wide.ViolationLimitFlags & abi::kNotificationLimitValidFlags,
          wide.IoReadBytes,
          wide.IoReadBytesLimit,
          wide.IoWriteBytes,
          wide.IoWriteBytesLimit,
          wide.PerJobUserTime,
          wide.PerJobUserTimeLimit,
          wide.JobMemory,
          wide.JobHighMemoryLimit,
          wide.CpuRateControlTolerance,
          wide.CpuRateControlToleranceLimit};
}

std::error_code WriteFreeze(Job& job, const abi::JOBOBJECT_FREEZE_INFORMATION& freeze) noexcept {
  constexpr std::uint32_t kFreezeOperation = 1;
  if (freeze.Flags != kFreezeOperation || freeze.Freeze > 1) return Win32Error::kInvalidParameter;
  return job.SetFrozen(freeze.Freeze != 0);
}

std::error_code WriteAssociation(Job& job, const abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT& association) noexcept {
  if (association.CompletionPort == nullptr) return job.Dissociate();
  std::shared_ptr<PortQueue> port = FindPort(association.CompletionPort);
  if (!port) return Win32Error::kInvalidHandle;
  return job.Associate(std::move(port), association.CompletionKey);
}

/// The classes of limits and counts that some machines have no counterpart of: a limit must not seem to be in force,
/// nor a value known.
bool IsKnown(InfoClass info_class) noexcept {
  switch (info_class) {
    case InfoClass::kBasicUiRestrictions:
    case InfoClass::kEndOfJobTime:
    case InfoClass::kGroup:
    case InfoClass::kNotificationLimit:
    case InfoClass::kLimitViolation:
    case InfoClass::kGroupEx:
    case InfoClass::kCpuRateControl:
    case InfoClass::kExtendedAccounting:
    case InfoClass::kMemoryUsage:
    case InfoClass::kNetRateControl:
    case InfoClass::kNotificationLimit2:
    case InfoClass::kLimitViolation2: return true;
    default: return false;
  }
}

bool IsHere(InfoClass info_class) noexcept {
  const Platform& platform = CurrentPlatform();
  const auto has = [&](Controller controller) { return At(platform.controllers, controller).version != 0; };
  switch (info_class) {
    case InfoClass::kCpuRateControl: return has(Controller::kCpu);
    case InfoClass::kGroupEx: return has(Controller::kCpuset);
    case InfoClass::kMemoryUsage: return has(Controller::kMemory);
    case InfoClass::kEndOfJobTime:
    case InfoClass::kNotificationLimit:
    case InfoClass::kNotificationLimit2:
    case InfoClass::kLimitViolation:
    case InfoClass::kLimitViolation2: return platform.has_groups();
    default: return !IsKnown(info_class);
  }
}

/// Copies a structure of exactly this size, or refuses.
template <class Info>
bool Load(const void* in, std::uint32_t size, Info& info) noexcept {
  if (in == nullptr || size != sizeof(Info)) return false;
  std::memcpy(&info, in, sizeof(Info));
  return true;
}

template <class Info>
std::error_code Store(const Info& info, void* out, std::uint32_t size) noexcept {
  if (size != sizeof(Info)) return Win32Error::kBadLength;
  std::memcpy(out, &info, sizeof(Info));
  return {};
}

/// Reads all limits, and stores what `part` makes of them.
template <class Part>
std::error_code StoreLimits(Reading& reading, void* out, std::uint32_t size, Part&& part) noexcept {
  const HeldLimits* limits = nullptr;
  using Info = decltype(part(*limits));
  if (size != sizeof(Info)) return Win32Error::kBadLength;
  if (const std::error_code error = reading.ReadLimits(limits)) return error;
  return Store(part(*limits), out, size);
}

/// Loads the class's structure, and writes it.
template <class Info>
std::error_code Write(Job& job, const void* in, std::uint32_t size,
                      std::error_code (*write)(Job& job, const Info& info) noexcept) noexcept {
  Info info{};
  return Load(in, size, info) ? write(job, info) : std::error_code(Win32Error::kBadLength);
}

std::error_code ReadExtendedLimit(Reading& reading, void* out, std::uint32_t size) noexcept {
  abi::JOBOBJECT_MEMORY_USAGE_INFORMATION memory{};
  const std::error_code error = reading.ReadMemory(memory);
  if (error && error != Win32Error::kNotSupported) return error;
  return StoreLimits(reading, out, size, [&](const HeldLimits& limits) {
    Extended info = limits.extended;
    info.PeakJobMemoryUsed = memory.PeakJobMemoryUsed;
    info.PeakProcessMemoryUsed = 0;
    return info;
  });
}

std::error_code ReadAccounting(Job& job, InfoClass info_class, void* out, std::uint32_t size) noexcept {
  const bool basic = info_class == InfoClass::kBasicAccounting;
  abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION info{};
  if (size != (basic ? sizeof(info.BasicInfo) : sizeof(info))) return Win32Error::kBadLength;
  if (const std::error_code error = job.ReadAccounting(info)) return error;
  return basic ? Store(info.BasicInfo, out, size) : Store(info, out, size);
}

std::error_code ReadMemory(Reading& reading, void* out, std::uint32_t size) noexcept {
  abi::JOBOBJECT_MEMORY_USAGE_INFORMATION info{};
  if (size != sizeof(info)) return Win32Error::kBadLength;
  const std::error_code error = reading.ReadMemory(info);
  return error ? error : Store(info, out, size);
}

std::error_code ReadViolations(Job& job, InfoClass info_class, void* out, std::uint32_t size) noexcept {
  const bool old = info_class == InfoClass::kLimitViolation;
  abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 info{};
  if (size != (old ? sizeof(abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION) : sizeof(info))) return Win32Error::kBadLength;
  if (const std::error_code error = job.ReadViolations(info)) return error;
  return old ? Store(NarrowViolation(info), out, size) : Store(info, out, size);
}

std::error_code ReadClass(Reading& reading, InfoClass info_class, void* out, std::uint32_t size) noexcept {
  if (out == nullptr) return Win32Error::kInvalidParameter;
  if (!IsHere(info_class)) return Win32Error::kNotSupported;
  switch (info_class) {
    case InfoClass::kBasicAccounting:
    case InfoClass::kBasicAndIoAccounting: return ReadAccounting(reading.job(), info_class, out, size);
    case InfoClass::kBasicProcessIdList: return ReadProcessList(reading.job(), out, size);
    case InfoClass::kBasicLimit:
      return StoreLimits(reading, out, size, [](const HeldLimits& limits) {
        Basic basic = limits.extended.BasicLimitInformation;
        basic.LimitFlags &= abi::kBasicLimitValidFlags;
        return basic;
      });
    case InfoClass::kExtendedLimit: return ReadExtendedLimit(reading, out, size);
    case InfoClass::kCpuRateControl:
      return StoreLimits(reading, out, size, [](const HeldLimits& limits) { return limits.cpu; });
    case InfoClass::kEndOfJobTime:
      return StoreLimits(reading, out, size, [](const HeldLimits& limits) {
        return abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION{limits.end_of_job_time};
      });
    case InfoClass::kNotificationLimit:
      return StoreLimits(reading, out, size, [](const HeldLimits& limits) { return Narrow(limits.thresholds); });
    case InfoClass::kNotificationLimit2:
      return StoreLimits(reading, out, size, [](const HeldLimits& limits) { return limits.thresholds; });
    case InfoClass::kGroupEx: return ReadGroups(reading, out, size);
    case InfoClass::kMemoryUsage: return ReadMemory(reading, out, size);
    case InfoClass::kLimitViolation:
    case InfoClass::kLimitViolation2: return ReadViolations(reading.job(), info_class, out, size);
    default: return Win32Error::kInvalidParameter;
  }
}

}  // namespace

std::error_code ReadClass(Job& job, InfoClass info_class, void* out, std::uint32_t size) noexcept {
  Reading reading(job);
  return ReadClass(reading, info_class, out, size);
}

void ReadClasses(Job& job, std::span<kernel::ClassQuery> queries) noexcept {
  Reading reading(job);
  for (kernel::ClassQuery& query : queries) query.error = ReadClass(reading, query.info_class, query.out, query.size);
}

std::error_code WriteClass(Job& job, InfoClass info_class, const void* in, std::uint32_t size) noexcept {
  if (!IsHere(info_class)) return Win32Error::kNotSupported;
  switch (info_class) {
    case InfoClass::kBasicLimit: return Write(job, in, size, WriteBasicLimit);
    case InfoClass::kExtendedLimit: return Write(job, in, size, WriteExtendedLimit);
    case InfoClass::kAssociateCompletionPort: return Write(job, in, size, WriteAssociation);
    case InfoClass::kFreeze: return Write(job, in, size, WriteFreeze);
    case InfoClass::kCpuRateControl: return Write(job, in, size, WriteCpuRate);
    case InfoClass::kEndOfJobTime: return Write(job, in, size, WriteEndOfJobTime);
    case InfoClass::kNotificationLimit2: return Write(job, in, size, WriteThresholds);
    case InfoClass::kNotificationLimit: {
      abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION info{};
      if (!Load(in, size, info)) return Win32Error::kBadLength;
      if ((info.LimitFlags & ~abi::kNotificationLimitValidFlags) != 0) return Win32Error::kInvalidParameter;
      return WriteThresholds(job, Widen(info));
    }
    case InfoClass::kGroupEx: return WriteGroups(job, in, size);
    default: return Win32Error::kInvalidParameter;
  }
}

}  // namespace winjob::linux_kernel
