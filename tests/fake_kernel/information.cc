// The seam's information classes. Queries allocate nothing.
#include <algorithm>
#include <cstring>

#include "tests/fake_kernel/membership.h"
#include "tests/fake_kernel/world.h"

namespace winjob::kernel {
namespace {

using abi::InfoClass;
using fake::Call;
using fake::Find;
using fake::Job;
using fake::Visit;
using fake::World;

bool CountsIo(const Job& job) { return (job.support.counters & kIoCounters) != 0; }

abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION Accounting(const Job& job) {
  const auto known = [&job](std::uint32_t field, auto value) {
    return (job.support.counters & field) != 0 ? value : decltype(value){0};
  };
  const fake::Usage& used = job.usage;
  const std::int64_t user = used.user_time.count();
  const std::int64_t kernel = used.kernel_time.count();
  return {
      .BasicInfo = {.TotalUserTime = known(kUserTime, user),
                    .TotalKernelTime = known(kKernelTime, kernel),
                    .ThisPeriodTotalUserTime = known(kUserTime, user - job.period_start.user_time.count()),
                    .ThisPeriodTotalKernelTime = known(kKernelTime, kernel - job.period_start.kernel_time.count()),
                    .TotalPageFaultCount = known(kPageFaults, static_cast<std::uint32_t>(used.page_faults)),
                    .TotalProcesses = known(kTotalProcesses, job.total_processes),
                    .ActiveProcesses = known(kActiveProcesses, static_cast<std::uint32_t>(job.members.size())),
                    .TotalTerminatedProcesses = known(kTerminatedProcesses, job.terminated_processes)},
      .IoInfo = {.ReadOperationCount = known(kReadOperations, used.read_operations),
                 .WriteOperationCount = known(kWriteOperations, used.write_operations),
                 .OtherOperationCount = known(kOtherOperations, used.other_operations),
                 .ReadTransferCount = known(kReadBytes, used.read_bytes.count()),
                 .WriteTransferCount = known(kWriteBytes, used.write_bytes.count()),
                 .OtherTransferCount = known(kOtherBytes, used.other_bytes.count())},
  };
}

std::error_code ListMembers(const Job& job, std::uint32_t overstated, void* out, std::uint32_t size) {
  abi::JOBOBJECT_BASIC_PROCESS_ID_LIST head{};
  const std::size_t room = (size - sizeof(head)) / sizeof(std::uint64_t);
  const std::size_t listed = std::min(room, job.members.size());
  head.NumberOfAssignedProcesses = static_cast<std::uint32_t>(job.members.size()) + overstated;
  head.NumberOfProcessIdsInList = static_cast<std::uint32_t>(listed);
  std::memcpy(out, &head, sizeof(head));
  for (std::size_t i = 0; i < listed; ++i) {
    const auto id = static_cast<std::uint64_t>(job.members[i]->id);
    std::memcpy(static_cast<std::byte*>(out) + sizeof(head) + i * sizeof(id), &id, sizeof(id));
  }
  return listed < job.members.size() ? Win32Error::kMoreData : std::error_code();
}

// The length that a class demands; 0 when it cannot be read or written.
std::uint32_t QueryLength(InfoClass info_class) {
  switch (info_class) {
    case InfoClass::kBasicAccounting: return sizeof(abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION);
    case InfoClass::kBasicAndIoAccounting: return sizeof(abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION);
    case InfoClass::kBasicLimit: return sizeof(abi::JOBOBJECT_BASIC_LIMIT_INFORMATION);
    case InfoClass::kExtendedLimit: return sizeof(abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION);
    case InfoClass::kBasicProcessIdList: return 16;  // at least: the head and one entry
    default: return 0;
  }
}

std::uint32_t SetLength(InfoClass info_class) {
  switch (info_class) {
    case InfoClass::kBasicLimit: return sizeof(abi::JOBOBJECT_BASIC_LIMIT_INFORMATION);
    case InfoClass::kExtendedLimit: return sizeof(abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION);
    case InfoClass::kAssociateCompletionPort: return sizeof(abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT);
    case InfoClass::kFreeze: return sizeof(abi::JOBOBJECT_FREEZE_INFORMATION);
    default: return 0;
  }
}

std::error_code SetLimits(Job& job, abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits, std::uint32_t valid_flags) {
  abi::JOBOBJECT_BASIC_LIMIT_INFORMATION& basic = limits.BasicLimitInformation;
  const abi::JOBOBJECT_BASIC_LIMIT_INFORMATION& old = job.limits.BasicLimitInformation;
  constexpr std::uint32_t kBoth = abi::kLimitJobTime | abi::kLimitPreserveJobTime;
  if ((basic.LimitFlags & ~valid_flags) != 0) return Win32Error::kInvalidParameter;
  if ((basic.LimitFlags & kBoth) == kBoth) return Win32Error::kInvalidParameter;

  if (basic.LimitFlags & abi::kLimitPreserveJobTime) {
    basic.LimitFlags &= ~abi::kLimitPreserveJobTime;
    basic.LimitFlags |= old.LimitFlags & abi::kLimitJobTime;
    basic.PerJobUserTimeLimit = old.PerJobUserTimeLimit;
  } else if (basic.LimitFlags & abi::kLimitJobTime) {
    job.period_start = job.usage;
  }
  limits.IoInfo = {};
  limits.PeakProcessMemoryUsed = job.limits.PeakProcessMemoryUsed;
  limits.PeakJobMemoryUsed = job.limits.PeakJobMemoryUsed;
  job.limits = limits;
  return {};
}

std::error_code SetPort(World& world, Job& job, const abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT& association) {
  if (association.CompletionPort == nullptr) {
    job.port.reset();
    return {};
  }
  std::shared_ptr<fake::Port> port;
  if (const std::error_code error = Find(world, association.CompletionPort, 0, port)) return error;
  if (job.port != nullptr) return Win32Error::kInvalidParameter;
  job.port = port;
  job.key = association.CompletionKey;
  for (const auto& member : job.members) Post(world, job, abi::kMsgNewProcess, static_cast<std::uint64_t>(member->id));
  return {};
}

std::error_code SetFreeze(Job& job, const abi::JOBOBJECT_FREEZE_INFORMATION& info) {
  if (info.Flags != 1 || info.Freeze > 1) return Win32Error::kInvalidParameter;
  job.frozen = info.Freeze == 1;
  return {};
}

template <class Info>
Info Read(const void* in) {
  Info info;
  std::memcpy(&info, in, sizeof(info));
  return info;
}

template <class Info>
std::error_code Write(void* out, const Info& info) {
  std::memcpy(out, &info, sizeof(info));
  return {};
}

}  // namespace

std::error_code QueryInformation(RawHandle job, InfoClass info_class, void* out, std::uint32_t size) noexcept {
  const Visit visit(Call::kQueryInformation, job);
  if (visit.fault()) return visit.fault();

  const std::uint32_t length = QueryLength(info_class);
  const bool list = info_class == InfoClass::kBasicProcessIdList;
  if (length == 0) return Win32Error::kInvalidParameter;
  if (list ? size < length : size != length) return Win32Error::kBadLength;
  std::shared_ptr<Job> object;
  if (const std::error_code error = Find(visit.world(), job, abi::kJobQuery, object)) return error;

  const abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits =
      visit.world().limits_read_zero ? abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION{} : object->limits;
  if (list) return ListMembers(*object, visit.world().overstated, out, size);
  if (info_class == InfoClass::kBasicLimit) return Write(out, limits.BasicLimitInformation);
  if (info_class == InfoClass::kExtendedLimit) return Write(out, limits);
  if (info_class == InfoClass::kBasicAccounting) return Write(out, Accounting(*object).BasicInfo);
  if (!CountsIo(*object)) return Win32Error::kInvalidFunction;
  return Write(out, Accounting(*object));
}

std::error_code SetInformation(RawHandle job, InfoClass info_class, const void* in, std::uint32_t size) noexcept {
  const Visit visit(Call::kSetInformation, job);
  if (visit.fault()) return visit.fault();

  const std::uint32_t length = SetLength(info_class);
  if (length == 0) return Win32Error::kInvalidParameter;
  if (size != length) return Win32Error::kBadLength;
  std::shared_ptr<Job> object;
  if (const std::error_code error = Find(visit.world(), job, abi::kJobSetAttributes, object)) return error;

  constexpr std::uint32_t kBasicLimitValidFlags = 0xFF;
  std::error_code error;
  if (info_class == InfoClass::kAssociateCompletionPort) {
    error = SetPort(visit.world(), *object, Read<abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT>(in));
  } else if (info_class == InfoClass::kFreeze) {
    error = SetFreeze(*object, Read<abi::JOBOBJECT_FREEZE_INFORMATION>(in));
  } else if (info_class == InfoClass::kExtendedLimit) {
    error = SetLimits(*object, Read<abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION>(in), abi::kExtendedLimitValidFlags);
  } else {
    abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};  // a basic set switches the extended limits off too
    limits.BasicLimitInformation = Read<abi::JOBOBJECT_BASIC_LIMIT_INFORMATION>(in);
    error = SetLimits(*object, limits, kBasicLimitValidFlags);
  }
  visit.Changed();
  return error;
}

}  // namespace winjob::kernel
