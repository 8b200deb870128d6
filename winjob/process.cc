#include "winjob/process.h"

#include <vector>

#include "winjob/job.h"

namespace winjob {

Result<Process> Process::Start(const StartRequest& request, std::span<const Job* const> jobs) {
  if (const std::error_code error = CheckStreams(request)) return error;
  std::vector<kernel::RawHandle> handles;
  handles.reserve(jobs.size());
  for (const Job* job : jobs) handles.push_back(job->raw());

  kernel::RawHandle process = nullptr;
  ProcessId id = ProcessId::kNone;
  if (const std::error_code error = kernel::StartProcess(request, handles, process, id)) return error;
  return Process(Handle(process), id);
}

Result<Process> Process::Open(ProcessId id, std::uint32_t access) {
  kernel::RawHandle process = nullptr;
  if (const std::error_code error = kernel::OpenProcess(id, access, process)) return error;
  return Process(Handle(process), id);
}

Result<Process> Process::Open(const ProcessIdentity& identity, std::uint32_t access) {
  Result<Process> process = Open(identity.id, access);
  if (!process) return process;
  const Result<ProcessIdentity> found = process->Identity();
  if (!found) return found.error();
  if (*found != identity) return Win32Error::kInvalidParameter;
  return process;
}

Result<ProcessIdentity> Process::Identity() const {
  std::uint64_t created = 0;
  if (const std::error_code error = kernel::CreationTime(raw(), created)) return error;
  return ProcessIdentity{id_, created};
}

std::error_code Process::Wait(Timeout timeout, std::optional<std::uint32_t>& exit_code) const noexcept {
  return kernel::WaitProcess(raw(), timeout, exit_code);
}

std::error_code Process::Resume() const noexcept { return kernel::ResumeProcess(raw()); }
std::error_code Process::RequestStop() const noexcept { return kernel::RequestStop(raw(), id()); }

std::error_code Process::Terminate(std::uint32_t exit_code) const noexcept {
  return kernel::TerminateProcess(raw(), exit_code);
}

}  // namespace winjob
