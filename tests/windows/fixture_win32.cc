#include <windows.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>

#include "tests/windows/fixture.h"

namespace winjob {
namespace {

std::filesystem::path FromUtf8(const std::string& text) {
  return std::filesystem::path(std::u8string(text.begin(), text.end()));
}

std::string ToUtf8(const std::filesystem::path& path) {
  const std::u8string text = path.u8string();
  return {text.begin(), text.end()};
}

}  // namespace

std::string ProgramBeside(const std::string& name) {
  wchar_t own[MAX_PATH] = {};
  GetModuleFileNameW(nullptr, own, MAX_PATH);
  return ToUtf8(std::filesystem::path(own).replace_filename(name));
}

std::vector<std::string> Workload(const std::vector<std::string>& steps) {
  std::vector<std::string> command{WorkloadProgram()};
  command.insert(command.end(), steps.begin(), steps.end());
  return command;
}

std::string UniqueNumber() {
  static std::atomic<int> next{0};
  return std::to_string(GetCurrentProcessId()) + "-" + std::to_string(++next);
}

std::string UniqueJobName() { return "Local\\winjob-test-" + UniqueNumber(); }

bool Eventually(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

Folder::Folder() : path_(std::filesystem::temp_directory_path() / FromUtf8("winjob-test-" + UniqueNumber())) {
  std::filesystem::create_directories(path_);
}

Folder::~Folder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::string Folder::file(const std::string& name) const { return ToUtf8(path_ / FromUtf8(name)); }

std::string Folder::Read(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(FromUtf8(file), std::ios::binary).rdbuf();
  return text.str();
}

Job DoomedJob(const std::string& name) {
  Result<Job> job = Job::Create(name);
  if (!job) throw std::system_error(job.error(), "create a job");
  EXPECT_EQ(job->SetKillOnClose(true), std::error_code());
  return *std::move(job);
}

Process Start(const std::vector<std::string>& steps, const std::vector<const Job*>& jobs, bool assign_suspended,
              bool keep_names) {
  kernel::StartRequest request;
  request.command = Workload(steps);
  request.assign_suspended = assign_suspended;
  request.keep_names = keep_names;
  Result<Process> process = Process::Start(request, jobs);
  if (!process) throw std::system_error(process.error(), "start the workload");
  return *std::move(process);
}

std::optional<std::uint32_t> ExitCode(const Process& process) {
  std::optional<std::uint32_t> code;
  EXPECT_EQ(process.Wait(kPatience, code), std::error_code());
  return code;
}

}  // namespace winjob
