#include "winjob/process.h"

#include <vector>

#include "winjob/job.h"

namespace winjob {

Result<Process> Process::Start(const kernel::StartRequest& request, std::span<const Job* const> jobs) {
  std::vector<kernel::RawHandle> handles;
  handles.reserve(jobs.size());
  for (const Job* job : jobs) handles.push_back(job->raw());

  kernel::RawHandle process = nullptr;
  ProcessId id = ProcessId::kNone;
  if (const std::error_code error = kernel::StartProcess(request, handles, process, id)) return error;
  return Process(Handle(process), id);
}

Result<Process> Process::Open(ProcessId id) {
  constexpr std::uint32_t kRights =
      abi::kProcessSetQuota | abi::kProcessTerminate | abi::kProcessQueryInformation | abi::kSynchronize;
  kernel::RawHandle process = nullptr;
  if (const std::error_code error = kernel::OpenProcess(id, kRights, process)) return error;
  return Process(Handle(process), id);
}

std::error_code Process::Wait(Timeout timeout, std::optional<std::uint32_t>& exit_code) const noexcept {
  return kernel::WaitProcess(raw(), timeout, exit_code);
}

std::error_code Process::Terminate(std::uint32_t exit_code) const noexcept {
  return kernel::TerminateProcess(raw(), exit_code);
}

}  // namespace winjob
