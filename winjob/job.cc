#include "winjob/job.h"

#include "winjob/information.h"
#include "winjob/process_list.h"

namespace winjob {

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
  abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION info{};
  const bool has_io = (support_.counters & kernel::kIoCounters) != 0;
  const std::error_code error = has_io ? Query(raw(), info) : Query(raw(), info.BasicInfo);
  if (!error) out = Decode(info, support_.counters);
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

Result<bool> Job::Contains(const Process& process) const {
  bool member = false;
  if (const std::error_code error = kernel::IsProcessInJob(process.raw(), raw(), member)) return error;
  return member;
}

std::error_code Job::Terminate(std::uint32_t exit_code) const noexcept {
  return kernel::TerminateJob(raw(), exit_code);
}

std::error_code Job::SetFrozen(bool frozen) noexcept {
  abi::JOBOBJECT_FREEZE_INFORMATION info{};
  info.Flags = 1;  // the field Freeze carries the wanted state
  info.Freeze = frozen ? 1 : 0;
  return Set(raw(), info);
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
