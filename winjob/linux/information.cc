// Readers and writers of the information classes.
#include "winjob/linux/information.h"

#include <cstring>

#include "winjob/error.h"
#include "winjob/linux/port.h"

namespace winjob::linux_kernel {
namespace {

std::error_code ReadLimits(Job& job, std::uint32_t& flags) noexcept {
  bool kill = false;
  const std::error_code error = job.ReadKillOnClose(kill);
  flags = kill ? abi::kLimitKillOnJobClose : 0;
  return error;
}

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

std::error_code WriteExtendedLimit(Job& job, const abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION& limit) noexcept {
  const std::uint32_t flags = limit.BasicLimitInformation.LimitFlags;
  constexpr std::uint32_t kBothTimes = abi::kLimitJobTime | abi::kLimitPreserveJobTime;
  if ((flags & ~abi::kExtendedLimitValidFlags) != 0 || (flags & kBothTimes) == kBothTimes)
    return Win32Error::kInvalidParameter;
  if ((flags & ~abi::kLimitKillOnJobClose) != 0) return Win32Error::kNotSupported;
  return job.SetKillOnClose((flags & abi::kLimitKillOnJobClose) != 0);
}

std::error_code WriteBasicLimit(const abi::JOBOBJECT_BASIC_LIMIT_INFORMATION& limit) noexcept {
  if ((limit.LimitFlags & ~abi::kBasicLimitValidFlags) != 0) return Win32Error::kInvalidParameter;
  return limit.LimitFlags != 0 ? std::error_code(Win32Error::kNotSupported) : std::error_code();
}

std::error_code WriteFreeze(Job& job, const abi::JOBOBJECT_FREEZE_INFORMATION& freeze) noexcept {
  constexpr std::uint32_t kFreezeOperation = 1;
  if (freeze.Flags != kFreezeOperation || freeze.Freeze > 1) return Win32Error::kInvalidParameter;
  return job.SetFrozen(freeze.Freeze != 0);
}

std::error_code WriteAssociation(Job& job, const abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT& association) noexcept {
  if (association.CompletionPort == nullptr) return job.Dissociate();
  const auto* port = As<PortHandle>(association.CompletionPort);
  if (port == nullptr) return Win32Error::kInvalidHandle;
  return job.Associate(port->queue(), association.CompletionKey);
}

/// The answer for a class that this kernel has no counterpart of: a limit must not seem to be in force, nor a value
/// known.
std::error_code Refusal(abi::InfoClass info_class) noexcept {
  switch (info_class) {
    case abi::InfoClass::kBasicUiRestrictions:
    case abi::InfoClass::kEndOfJobTime:
    case abi::InfoClass::kGroup:
    case abi::InfoClass::kNotificationLimit:
    case abi::InfoClass::kLimitViolation:
    case abi::InfoClass::kGroupEx:
    case abi::InfoClass::kCpuRateControl:
    case abi::InfoClass::kExtendedAccounting:
    case abi::InfoClass::kMemoryUsage:
    case abi::InfoClass::kNetRateControl:
    case abi::InfoClass::kNotificationLimit2:
    case abi::InfoClass::kLimitViolation2: return Win32Error::kNotSupported;
    default: return Win32Error::kInvalidParameter;
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

}  // namespace

std::error_code ReadClass(Job& job, abi::InfoClass info_class, void* out, std::uint32_t size) noexcept {
  if (out == nullptr) return Win32Error::kInvalidParameter;
  switch (info_class) {
    case abi::InfoClass::kBasicAccounting:
    case abi::InfoClass::kBasicAndIoAccounting: {
      const bool basic = info_class == abi::InfoClass::kBasicAccounting;
      abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION info{};
      if (size != (basic ? sizeof(info.BasicInfo) : sizeof(info))) return Win32Error::kBadLength;
      if (const std::error_code error = job.ReadAccounting(info)) return error;
      return basic ? Store(info.BasicInfo, out, size) : Store(info, out, size);
    }
    case abi::InfoClass::kBasicProcessIdList: return ReadProcessList(job, out, size);
    case abi::InfoClass::kBasicLimit: return Store(abi::JOBOBJECT_BASIC_LIMIT_INFORMATION{}, out, size);
    case abi::InfoClass::kExtendedLimit: {
      abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
      if (size != sizeof(info)) return Win32Error::kBadLength;
      if (const std::error_code error = ReadLimits(job, info.BasicLimitInformation.LimitFlags)) return error;
      return Store(info, out, size);
    }
    case abi::InfoClass::kAssociateCompletionPort:
    case abi::InfoClass::kFreeze: return Win32Error::kInvalidParameter;
    default: return Refusal(info_class);
  }
}

std::error_code WriteClass(Job& job, abi::InfoClass info_class, const void* in, std::uint32_t size) noexcept {
  switch (info_class) {
    case abi::InfoClass::kBasicLimit: {
      abi::JOBOBJECT_BASIC_LIMIT_INFORMATION info{};
      return Load(in, size, info) ? WriteBasicLimit(info) : Win32Error::kBadLength;
    }
    case abi::InfoClass::kAssociateCompletionPort: {
      abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT info{};
      return Load(in, size, info) ? WriteAssociation(job, info) : Win32Error::kBadLength;
    }
    case abi::InfoClass::kExtendedLimit: {
      abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
      return Load(in, size, info) ? WriteExtendedLimit(job, info) : Win32Error::kBadLength;
    }
    case abi::InfoClass::kFreeze: {
      abi::JOBOBJECT_FREEZE_INFORMATION info{};
      return Load(in, size, info) ? WriteFreeze(job, info) : Win32Error::kBadLength;
    }
    case abi::InfoClass::kBasicAccounting:
    case abi::InfoClass::kBasicProcessIdList:
    case abi::InfoClass::kBasicAndIoAccounting: return Win32Error::kInvalidParameter;
    default: return Refusal(info_class);
  }
}

}  // namespace winjob::linux_kernel
