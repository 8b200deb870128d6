#include "tests/contract/fixture.h"

#include <algorithm>
#include <random>
#include <thread>

namespace winjob::contract {

bool Eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kLong;
  while (Proceed(), !condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(Timeout(5));
  }
  return true;
}

Handle OpenWith(ProcessId process, std::uint32_t access) {
  kernel::RawHandle raw = nullptr;
  EXPECT_FALSE(kernel::OpenProcess(process, access, raw));
  return Handle(raw);
}

void Contract::TearDown() {
  for (const Job& job : jobs_) std::ignore = job.Terminate(1);
  for (const Process& process : processes_) {
    std::ignore = process.Terminate(1);
    std::optional<std::uint32_t> exit_code;
    EXPECT_FALSE(process.Wait(kLong, exit_code)) << "a process outlives its test";
  }
  // A group whose members outlived its handles is removed by the next one who looks for it.
  jobs_.clear();
  for (const std::string& name : names_) std::ignore = Job::Open(name);
}

std::string Contract::UniqueName(std::string_view part) {
  static const std::string run = std::to_string(std::random_device()()) + "-" + std::to_string(std::random_device()());
  static unsigned number = 0;
  names_.push_back("winjob-contract-" + run + "-" + std::to_string(++number) + "-" + std::string(part));
  return names_.back();
}

Process& Contract::RunIn(const Steps& steps, std::span<const Job* const> jobs) {
  kernel::StartRequest request;
  request.command = steps;
  return processes_.emplace_back(Must(Start(request, jobs)));
}

std::vector<ProcessId> Contract::Members(const Job& job) {
  std::vector<ProcessId> members = Must(job.Processes());
  std::sort(members.begin(), members.end());
  return members;
}

bool Contract::Settles(const Job& job, std::size_t members) {
  if (!Eventually([&] { return Members(job).size() == members; })) return false;
  std::this_thread::sleep_for(Timeout(50));  // an unwanted member only has to come within it to be caught, most times
  return Members(job).size() == members;
}

bool Contract::Lives(const Process& process) {
  std::optional<std::uint32_t> exit_code;
  return process.Wait(Timeout(50), exit_code) == Win32Error::kWaitTimeout;
}

Counters Contract::CountersOf(const Job& job) {
  Counters counters;
  EXPECT_FALSE(job.QueryCounters(counters));
  return counters;
}

std::optional<std::uint32_t> Contract::ExitCode(const Process& process) {
  std::optional<std::uint32_t> exit_code;
  const std::error_code error = process.Wait(kLong, exit_code);
  EXPECT_FALSE(error) << error.message();
  return exit_code;
}

}  // namespace winjob::contract
