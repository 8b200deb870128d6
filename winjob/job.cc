#include "winjob/job.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <thread>

#include "winjob/information.h"
#include "winjob/job_directory.h"
#include "winjob/process_list.h"

namespace winjob {
namespace {

// The answer of a kernel that does not know the class is also one to a wrong value, which the library does not send.
std::error_code Supported(const std::error_code& error) noexcept {
  return IsUnknownClass(error) ? Win32Error::kNotSupported : error;
}

}  // namespace

Job::Job(Handle handle, bool existed) noexcept
    : handle_(std::move(handle)), existed_(existed), support_(kernel::SupportOf(handle_.get())) {}

Result<Job> Job::Create(std::string_view name, std::string_view security) {
  if (const std::error_code error = name.empty() ? std::error_code() : CheckName(name)) return error;
  kernel::RawHandle job = nullptr;
  bool existed = false;
  if (const std::error_code error = kernel::CreateJob(name, job, existed, security)) return error;
  return Job(Handle(job), existed);
}

Result<Job> Job::Open(std::string_view name, std::uint32_t access) {
  if (const std::error_code error = CheckName(name)) return error;
  kernel::RawHandle job = nullptr;
  if (const std::error_code error = kernel::OpenJob(name, access, job)) return error;
  return Job(Handle(job), true);
}

std::error_code Job::QueryCounters(Counters& out) const noexcept {
  abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION info;  // what the query leaves unwritten is not in support()
  const bool has_io = (support_.counters & kernel::kIoCounters) != 0;
  const std::error_code error = has_io ? Query(raw(), info) : Query(raw(), info.BasicInfo);
  if (!error) ::new (&out) Counters(Decode(info, support_.counters));  // in place: a copy costs as much again
  return error;
}

std::error_code Job::QueryMemory(MemoryUsage& out) const noexcept {
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION peaks{};
  if (const std::error_code error = Query(raw(), peaks)) return error;
  abi::JOBOBJECT_MEMORY_USAGE_INFORMATION usage{};
  if (support_.counters & kernel::kMemory)
    if (const std::error_code error = Query(raw(), usage)) return error;
  out = Decode(usage, peaks, support_.counters);
  return {};
}

Result<ExtendedCounters> Job::QueryExtendedCounters() const {
  abi::JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION info{};
  const std::error_code error = Query(raw(), info);
  if (IsUnknownClass(error) || error == Win32Error::kBadLength) return Win32Error::kNotSupported;
  if (error) return error;
  return Decode(info);
}

Result<std::vector<ProcessId>> Job::Processes() const { return ListProcesses(raw()); }

std::error_code Job::Assign(const Process& process) const noexcept {
  return kernel::AssignProcess(raw(), process.raw());
}

std::error_code Job::Assign(ProcessId id) const noexcept {
  kernel::RawHandle process = nullptr;
  if (const std::error_code error = kernel::OpenProcess(id, abi::kProcessAssign, process)) return error;
  return kernel::AssignProcess(raw(), Handle(process).get());
}

Result<bool> Job::Contains(const Process& process) const {
  bool member = false;
  if (const std::error_code error = kernel::IsProcessInJob(process.raw(), raw(), member)) return error;
  return member;
}

Result<bool> Job::IsAbandoned() const {
  bool abandoned = false;
  if (const std::error_code error = kernel::IsAbandoned(raw(), abandoned)) return error;
  return abandoned;
}

std::error_code Job::Terminate(std::uint32_t exit_code) const noexcept {
  return kernel::TerminateJob(raw(), exit_code);
}

std::error_code Job::WaitUntilEmpty(Timeout timeout) const {
  constexpr Timeout kLongest{50};
  const auto begin = std::chrono::steady_clock::now();
  for (Timeout pause{1};; pause = std::min(2 * pause, kLongest)) {
    abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION info{};
    if (const std::error_code error = Query(raw(), info)) return error;
    if (info.ActiveProcesses == 0) return {};
    const auto passed = std::chrono::duration_cast<Timeout>(std::chrono::steady_clock::now() - begin);
    if (passed >= timeout) return Win32Error::kWaitTimeout;
    std::this_thread::sleep_for(std::min(pause, timeout - passed));
  }
}

std::error_code Job::KeepName(const Process& process) const {
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  {
    const std::lock_guard lock(limits_->mutex);
    if (const std::error_code error = ReadLimits(limits)) return error;
  }
  if (limits.BasicLimitInformation.LimitFlags & abi::kLimitKillOnJobClose) return Win32Error::kInvalidParameter;

  kernel::RawHandle opened = nullptr;  // `process` keeps its id from being another's
  constexpr std::uint32_t kRights = abi::kProcessDuplicateHandle | abi::kProcessQueryLimitedInformation;
  if (const std::error_code error = kernel::OpenProcess(process.id(), kRights, opened)) return error;
  return kernel::KeepName(raw(), Handle(opened).get());
}

std::error_code Job::ResetPeakMemory() noexcept {
  return Supported(kernel::SetInformation(raw(), abi::InfoClass::kClearPeakJobMemory, nullptr, 0));
}

std::error_code Job::SetFrozen(bool frozen) noexcept {
  abi::JOBOBJECT_FREEZE_INFORMATION info{};
  info.Flags = 1;  // the field Freeze carries the wanted state
  info.Freeze = frozen ? 1 : 0;
  return Supported(Set(raw(), info));
}

std::error_code Job::NotifyTo(const Port& port, CompletionKey key) noexcept {
  return Set(raw(), abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT{key, port.raw()});
}

std::error_code Job::StopNotifying() noexcept {
  return Set(raw(), abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT{0, nullptr});
}

std::error_code Job::ReplacePort(const Port& port, CompletionKey key) noexcept {
  // Refused when there is none, or when it cannot be taken away: the association tells the two apart.
  const std::error_code error = StopNotifying();
  if (error && error != Win32Error::kInvalidParameter) return error;
  return NotifyTo(port, key);
}

}  // namespace winjob
