// The workload's needs on Linux.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "examples/workload/system.h"

namespace workload {
namespace {

std::error_code LastError() { return {errno, std::generic_category()}; }

}  // namespace

const std::uint32_t kLargestExitCode = 255;

std::vector<std::string> Arguments(int count, char** values) {
  return count > 1 ? std::vector<std::string>(values + 1, values + count) : std::vector<std::string>();
}

void Report(std::FILE* stream, const std::string& text) { std::fputs(text.c_str(), stream); }

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

std::uint32_t ProcessNumber() { return static_cast<std::uint32_t>(getpid()); }

std::string Environment(const std::string& name) {
  const char* const value = getenv(name.c_str());
  return value != nullptr ? value : "";
}

std::error_code StartSelf(const std::vector<std::string>& arguments, Child& child) {
  std::error_code error;
  std::string program = std::filesystem::read_symlink("/proc/self/exe", error).string();
  if (error) return error;

  std::vector<std::string> words(arguments);
  std::vector<char*> pointers{program.data()};
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  pid_t id = 0;
  const int failure = posix_spawn(&id, program.c_str(), nullptr, nullptr, pointers.data(), environ);
  child.handle = static_cast<std::uintptr_t>(id);
  return {failure, std::generic_category()};
}

std::error_code StartSelfOutside(const std::vector<std::string>&, Child&) {
  return std::make_error_code(std::errc::operation_not_supported);
}

std::error_code WaitFor(Child child) {
  while (waitpid(static_cast<pid_t>(child.handle), nullptr, 0) < 0)
    if (errno != EINTR) return LastError();
  return {};
}

std::FILE* OpenScratchFile(std::error_code& error) {
  std::string path = (std::filesystem::temp_directory_path(error) / "workload-XXXXXX").string();
  if (error) return nullptr;
  const int descriptor = mkostemp(path.data(), O_CLOEXEC);
  if (descriptor < 0) {
    error = LastError();
    return nullptr;
  }
  unlink(path.c_str());
  std::FILE* const file = fdopen(descriptor, "w+b");
  if (file == nullptr) error = LastError();
  return file;
}

void IgnoreSignals() {
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2}) signal(number, SIG_IGN);
}

void CrashQuietly() {
  const rlimit none{};
  setrlimit(RLIMIT_CORE, &none);
  signal(SIGSEGV, SIG_DFL);
  signal(SIGABRT, SIG_DFL);
}

void Crash() {
  void* page = mmap(nullptr, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *static_cast<volatile char*>(page) = 1;
  abort();
}

}  // namespace workload
