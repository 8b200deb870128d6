#include "winjob/keeper.h"

#include <thread>
#include <vector>

#include "winjob/job.h"

namespace winjob {
namespace {

std::error_code AwaitEnd(const ProcessIdentity& identity) {
  constexpr std::uint32_t kRights = abi::kSynchronize | abi::kProcessQueryLimitedInformation;
  const Result<Process> process = Process::Open(identity, kRights);
  if (!process) return process.error() == Win32Error::kInvalidParameter ? std::error_code() : process.error();
  std::optional<std::uint32_t> exit_code;
  return process->Wait(kForever, exit_code);
}

}  // namespace

std::error_code HoldNames(std::span<const std::string> names, const ProcessIdentity& owner) {
  std::vector<Job> jobs;
  for (const std::string& name : names) {
    Result<Job> job = Job::Open(name);
    if (!job) return job.error();
    jobs.push_back(*std::move(job));
  }
  if (const std::error_code error = AwaitEnd(owner)) return error;

  while (true) {
    std::erase_if(jobs, [](const Job& job) { return job.WaitUntilEmpty(Timeout::zero()) != Win32Error::kWaitTimeout; });
    if (jobs.empty()) return {};
    std::this_thread::sleep_for(Timeout(50));
  }
}

}  // namespace winjob
