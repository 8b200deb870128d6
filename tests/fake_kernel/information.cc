// The seam's information classes: a row for each. Queries allocate nothing, but for class 14.
#include <algorithm>
#include <cstring>

#include "tests/fake_kernel/accounting.h"
#include "tests/fake_kernel/limits.h"
#include "tests/fake_kernel/membership.h"
#include "tests/fake_kernel/thresholds.h"
#include "tests/fake_kernel/world.h"

namespace winjob::kernel {
namespace {

using abi::InfoClass;
using fake::Call;
using fake::Find;
using fake::Job;
using fake::Visit;
using fake::World;

template <class Info>
std::error_code Write(void* out, const Info& info) {
  std::memcpy(out, &info, sizeof(info));
  return {};
}

template <class Info>
Info Read(const void* in) {
  Info info;
  std::memcpy(&info, in, sizeof(info));
  return info;
}

std::error_code QueryIoAccounting(World&, Job& job, void* out, std::uint32_t) {
  if ((job.support.counters & kIoCounters) == 0) return Win32Error::kInvalidFunction;
  return Write(out, IoAccounting(job));
}

std::error_code QueryMembers(World& world, Job& job, void* out, std::uint32_t size) {
  return ListMembers(job, world.overstated, out, size);
}

std::error_code QueryLimits(World& world, Job& job, void* out, std::uint32_t size) {
  // Class 9 begins with the structure of class 2.
  const abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION zeros{};
  std::memcpy(out, world.limits_read_zero ? &zeros : &job.limits, size);
  return {};
}

std::error_code QueryGroups(World& world, Job& job, void* out, std::uint32_t size) {
  const std::vector<abi::GROUP_AFFINITY> groups = Groups(world, job);
  const std::size_t bytes = groups.size() * sizeof(abi::GROUP_AFFINITY);
  if (size < bytes) return Win32Error::kInsufficientBuffer;
  std::memcpy(out, groups.data(), bytes);
  return {};
}

std::error_code SetGroups(World& world, Job& job, const void* in, std::uint32_t size) {
  std::vector<abi::GROUP_AFFINITY> groups(size / sizeof(abi::GROUP_AFFINITY));
  if (!groups.empty()) std::memcpy(groups.data(), in, size);
  return SetGroups(world, job, groups);
}

std::error_code SetPort(World& world, Job& job, const void* in, std::uint32_t) {
  const auto association = Read<abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT>(in);
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

std::error_code SetFreeze(World&, Job& job, const void* in, std::uint32_t) {
  const auto info = Read<abi::JOBOBJECT_FREEZE_INFORMATION>(in);
  if (info.Flags != 1 || info.Freeze > 1) return Win32Error::kInvalidParameter;
  job.frozen = info.Freeze == 1;
  return {};
}

std::error_code ClearPeak(World&, Job& job, const void*, std::uint32_t) {
  job.limits.PeakJobMemoryUsed = job.memory;
  return {};
}

using QueryFunction = std::error_code (*)(World&, Job&, void* out, std::uint32_t size);
using SetFunction = std::error_code (*)(World&, Job&, const void* in, std::uint32_t size);

struct Class {
  InfoClass number;
  std::uint32_t length;  // exact, unless there is a unit
  std::uint32_t unit;    // of a class that is a list: what its length is a multiple of, past the shortest
  QueryFunction query;
  SetFunction set;
};

// A class whose structure is made by `kMake` from the job.
template <class Info, auto kMake>
constexpr QueryFunction kQuery =
    [](World&, Job& job, void* out, std::uint32_t) { return Write<Info>(out, kMake(job)); };

// A class whose structure is kept by `kKeep`, in the world's sight or not.
template <class Info, auto kKeep>
constexpr SetFunction kSet = [](World& world, Job& job, const void* in, std::uint32_t) {
  if constexpr (std::is_invocable_v<decltype(kKeep), World&, Job&, const Info&>)
    return kKeep(world, job, Read<Info>(in));
  else
    return kKeep(job, Read<Info>(in));
};

template <class Info, auto kMake = nullptr, auto kKeep = nullptr>
constexpr Class Row() {
  Class row{Info::kClass, sizeof(Info), 0, nullptr, nullptr};
  if constexpr (!std::is_null_pointer_v<decltype(kMake)>) row.query = kQuery<Info, kMake>;
  if constexpr (!std::is_null_pointer_v<decltype(kKeep)>) row.set = kSet<Info, kKeep>;
  return row;
}

template <class Info>
constexpr std::error_code (*kSetLimits)(World&, Job&, const Info&) = fake::SetLimits;
template <class Info>
constexpr std::error_code (*kSetThresholds)(Job&, const Info&) = fake::SetThresholds;

using Cpu = abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION;
using Net = abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION;
using Ui = abi::JOBOBJECT_BASIC_UI_RESTRICTIONS;
using EndOfTime = abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION;
using Basic = abi::JOBOBJECT_BASIC_LIMIT_INFORMATION;
using Extended = abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION;
using Notification = abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION;
using Notification2 = abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2;

constexpr Class kClasses[] = {
    Row<abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, fake::BasicAccounting>(),
    {InfoClass::kBasicLimit, sizeof(Basic), 0, QueryLimits, kSet<Basic, kSetLimits<Basic>>},
    {InfoClass::kBasicProcessIdList, 16, 1, QueryMembers, nullptr},
    Row<Ui, [](Job& job) { return Ui{job.ui}; }, fake::SetUi>(),
    Row<EndOfTime, [](Job& job) { return EndOfTime{job.end_of_job_time}; }, fake::SetEndOfJobTime>(),
    {InfoClass::kAssociateCompletionPort, sizeof(abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT), 0, nullptr, SetPort},
    {InfoClass::kBasicAndIoAccounting, sizeof(abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION), 0, QueryIoAccounting,
     nullptr},
    {InfoClass::kExtendedLimit, sizeof(Extended), 0, QueryLimits, kSet<Extended, kSetLimits<Extended>>},
    Row<Notification, fake::OldThresholds, kSetThresholds<Notification>>(),
    Row<abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION, fake::ReadOldViolation>(),
    {InfoClass::kGroupEx, 0, sizeof(abi::GROUP_AFFINITY), QueryGroups, SetGroups},
    Row<Cpu, [](Job& job) { return job.cpu; }, fake::SetCpu>(),
    {InfoClass::kFreeze, sizeof(abi::JOBOBJECT_FREEZE_INFORMATION), 0, nullptr, SetFreeze},
    Row<abi::JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION, fake::ExtendedAccounting>(),
    {InfoClass::kClearPeakJobMemory, 0, 0, nullptr, ClearPeak},
    Row<abi::JOBOBJECT_MEMORY_USAGE_INFORMATION, fake::MemoryUsage>(),
    Row<Net, [](Job& job) { return job.net; }, fake::SetNet>(),
    Row<Notification2, [](Job& job) { return job.thresholds.limits; }, kSetThresholds<Notification2>>(),
    Row<abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2, fake::ReadViolation>(),
};

const Class* FindClass(const World& world, InfoClass number) {
  if (world.missing_classes.contains(number)) return nullptr;
  const auto* found = std::find_if(std::begin(kClasses), std::end(kClasses),
                                   [number](const Class& row) { return row.number == number; });
  return found == std::end(kClasses) ? nullptr : found;
}

bool Fits(const Class& row, std::uint32_t size) {
  return row.unit == 0 ? size == row.length : size >= row.length && size % row.unit == 0;
}

}  // namespace

std::error_code QueryInformation(RawHandle job, InfoClass info_class, void* out, std::uint32_t size) noexcept {
  const Visit visit(Call::kQueryInformation, job);
  if (visit.fault()) return visit.fault();

  const Class* row = FindClass(visit.world(), info_class);
  if (row == nullptr || row->query == nullptr) return Win32Error::kInvalidParameter;
  if (!Fits(*row, size)) return Win32Error::kBadLength;
  std::shared_ptr<Job> object;
  if (const std::error_code error = Find(visit.world(), job, abi::kJobQuery, object)) return error;
  return row->query(visit.world(), *object, out, size);
}

void QueryInformation(RawHandle job, std::span<ClassQuery> queries) noexcept {
  for (ClassQuery& query : queries) query.error = QueryInformation(job, query.info_class, query.out, query.size);
}

std::error_code SetInformation(RawHandle job, InfoClass info_class, const void* in, std::uint32_t size) noexcept {
  const Visit visit(Call::kSetInformation, job);
  if (visit.fault()) return visit.fault();

  const Class* row = FindClass(visit.world(), info_class);
  if (row == nullptr || row->set == nullptr) return Win32Error::kInvalidParameter;
  if (!Fits(*row, size)) return Win32Error::kBadLength;
  std::shared_ptr<Job> object;
  if (const std::error_code error = Find(visit.world(), job, abi::kJobSetAttributes, object)) return error;
  const std::error_code error = row->set(visit.world(), *object, in, size);
  visit.Changed();
  return error;
}

}  // namespace winjob::kernel
