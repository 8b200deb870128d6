#include "winjob/job.h"

#include "winjob/information.h"
#include "winjob/process_list.h"

namespace winjob {

Job::Job(Handle handle, bool existed) noexcept
    : handle_(std::move(handle)), existed_(existed), support_(kernel::SupportOf(handle_.get())) {}

Result<Job> Job::Create(std::string_view name) {
  kernel::RawHandle job = nullptr;
  bool existed = false;
  if (const std::error_code error = kernel::CreateJob(name, job, existed)) return error;
  return Job(Handle(job), existed);
}

Result<Job> Job::Open(std::string_view name, std::uint32_t access) {
  kernel::RawHandle job = nullptr;
  if (const std::error_code error = kernel::OpenJob(name, access, job)) return error;
  return Job(Handle(job), true);
}

std::error_code Job::QueryCounters(Counters& out) const noexcept {
  abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION info{};
  const bool has_io = (support_.counters & ~kernel::kBasicCounters) != 0;
  const std::error_code error = has_io ? Query(raw(), info) : Query(raw(), info.BasicInfo);
  if (!error) out = Decode(info, support_.counters);
  return error;
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

std::error_code Job::SetKillOnClose(bool kill) noexcept {
  return ChangeFlags(abi::kLimitKillOnJobClose, kill ? abi::kLimitKillOnJobClose : 0);
}

std::error_code Job::SetBreakaway(Breakaway breakaway) noexcept {
  constexpr std::uint32_t kFlag[] = {0, abi::kLimitBreakawayOk, abi::kLimitSilentBreakawayOk};
  return ChangeFlags(abi::kLimitBreakawayOk | abi::kLimitSilentBreakawayOk, kFlag[static_cast<int>(breakaway)]);
}

std::error_code Job::ChangeFlags(std::uint32_t clear, std::uint32_t set) noexcept {
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  if (const std::error_code error = Query(raw(), limits)) return error;

  std::uint32_t& flags = limits.BasicLimitInformation.LimitFlags;
  flags = ((flags | flags_) & ~clear) | set;
  // A set that carries JOB_TIME hands the job a fresh budget; PRESERVE_JOB_TIME keeps the running one.
  // https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
  if (flags & abi::kLimitJobTime) flags = (flags & ~abi::kLimitJobTime) | abi::kLimitPreserveJobTime;

  const std::error_code error = Set(raw(), limits);
  if (!error) flags_ = ((flags_ & ~clear) | set);
  return error;
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

}  // namespace winjob
