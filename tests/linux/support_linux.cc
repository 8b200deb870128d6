// Helpers of the Linux tests.
#include "tests/linux/support.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "winjob/linux/level.h"
#include "winjob/linux/names.h"

namespace winjob::linux_test {

std::string UniqueName() {
  static std::atomic<int> number{0};
  return "test " + std::to_string(::getpid()) + "." + std::to_string(++number);
}

bool Eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

TestJob::TestJob(std::string name) : name_(std::move(name)) {
  kernel::RawHandle job = nullptr;
  EXPECT_EQ(kernel::CreateJob(name_, job, existed_), std::error_code());
  handle_.reset(job);
}

void TestJob::End() {
  if (handle_ == nullptr) return;
  EXPECT_EQ(kernel::TerminateJob(raw(), 1), std::error_code());
  EXPECT_TRUE(IsEmptySoon());
  CloseNow();
}

Handle StartShell(std::span<const kernel::RawHandle> jobs, const std::string& script, ProcessId* id) {
  kernel::StartRequest request;
  request.command = {"/bin/sh", "-c", script};
  kernel::RawHandle process = nullptr;
  ProcessId started = ProcessId::kNone;
  EXPECT_EQ(kernel::StartProcess(request, jobs, process, started), std::error_code());
  if (id != nullptr) *id = started;
  return Handle(process);
}

Handle StartShell(kernel::RawHandle job, const std::string& script, ProcessId* id) {
  return StartShell(std::span(&job, 1), script, id);
}

Handle TestJob::Shell(const std::string& script, ProcessId* id) { return StartShell(raw(), script, id); }

abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION TestJob::Accounting() const {
  abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION info{};
  EXPECT_EQ(Query(raw(), info), std::error_code());
  return info;
}

std::vector<std::uint64_t> TestJob::Members() const {
  std::vector<std::uint64_t> buffer(1 + 4096);
  const auto size = static_cast<std::uint32_t>(buffer.size() * sizeof(std::uint64_t));
  EXPECT_EQ(kernel::QueryInformation(raw(), abi::InfoClass::kBasicProcessIdList, buffer.data(), size),
            std::error_code());
  abi::JOBOBJECT_BASIC_PROCESS_ID_LIST head{};
  std::memcpy(&head, buffer.data(), sizeof(head));
  return {buffer.begin() + 1, buffer.begin() + 1 + head.NumberOfProcessIdsInList};
}

bool TestJob::IsEmptySoon() const {
  return Eventually([&] { return Accounting().ActiveProcesses == 0; });
}

void TestJob::SetKillOnClose(bool kill) {
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  info.BasicLimitInformation.LimitFlags = kill ? abi::kLimitKillOnJobClose : 0;
  EXPECT_EQ(Set(raw(), info), std::error_code());
}

std::optional<std::uint32_t> ExitCode(const Handle& process) {
  std::optional<std::uint32_t> code;
  EXPECT_EQ(kernel::WaitProcess(process.get(), std::chrono::seconds(60), code), std::error_code());
  return code;
}

OtherProgram::OtherProgram(const std::function<bool()>& body) {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
  id_ = ::fork();
  if (id_ == 0) {
    ::close(ends[0]);
    char byte = 0;
    if (::read(ends[1], &byte, 1) == 1) {
      byte = body() ? 1 : 0;
      if (::write(ends[1], &byte, 1) == 1) ::pause();
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  channel_ = ends[0];
}

bool OtherProgram::Go() const {
  char byte = 0;
  return ::write(channel_, &byte, 1) == 1 && ::read(channel_, &byte, 1) == 1 && byte == 1;
}

std::vector<std::uint64_t> OtherProgram::Children() const {
  const std::string id = std::to_string(id_);
  std::ifstream file("/proc/" + id + "/task/" + id + "/children");
  return {std::istream_iterator<std::uint64_t>(file), {}};
}

void OtherProgram::Kill() {
  if (id_ <= 0) return;
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
  ::close(channel_);
  id_ = 0;
}

HeldAtItsEnd::HeldAtItsEnd(ProcessId id) : id_(static_cast<int>(id)) {
  if (::ptrace(PTRACE_SEIZE, id_, nullptr, PTRACE_O_TRACEEXIT) != 0) id_ = 0;
}

bool HeldAtItsEnd::IsHeld() const {
  return Eventually([&] {
    int status = 0;
    return ::waitpid(id_, &status, WNOHANG | __WALL) == id_ && status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8);
  });
}

void HeldAtItsEnd::Release() {
  if (id_ != 0) ::ptrace(PTRACE_DETACH, id_, nullptr, nullptr);
  id_ = 0;
}

int RunInChild(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool Alive(std::uint64_t id) { return ::kill(static_cast<pid_t>(id), 0) == 0; }

std::string GroupPath(const std::string& name) {
  std::string encoded;
  EXPECT_EQ(linux_kernel::EncodeName(name, encoded), std::error_code());
  return linux_kernel::CurrentPlatform().directory + "/" + encoded;
}

namespace {

/// A group of a job that this program made; empty when there is none.
std::string OwnGroup(const std::string& folder) {
  const std::string own = std::to_string(::getpid()) + ".";
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(folder, missing)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("Local%5Ctest%20" + own) || name.starts_with("anonymous." + own)) return entry.path();
  }
  return {};
}

/// Guardians may be about to remove some.
void ExpectNoGroups(const std::string& folder) {
  EXPECT_TRUE(Eventually([&] { return OwnGroup(folder).empty(); })) << OwnGroup(folder);
}

}  // namespace

void CoreTest::SetUp() {
  const kernel::Identity identity = kernel::Identify();
  if (identity.level == "process") GTEST_SKIP() << "level is " << identity.level << ": " << identity.reason;
}

void FullTest::SetUp() {
  const kernel::Identity identity = kernel::Identify();
  if (identity.level != "full") GTEST_SKIP() << "level is " << identity.level << ": " << identity.reason;
}

void CoreTest::TearDown() {
  // No child, running or zombie: those whose handles were closed early are reaped by the next calls of the seam.
  EXPECT_TRUE(Eventually([] {
    kernel::Close(nullptr);
    return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD;
  }));
  // No group, named or anonymous, of a job that this program made; in no hierarchy.
  const linux_kernel::Platform& platform = linux_kernel::CurrentPlatform();
  ExpectNoGroups(platform.directory);
  for (const linux_kernel::ControllerPlace& place : platform.controllers)
    if (place.version == 1) ExpectNoGroups(place.folder());
}

}  // namespace winjob::linux_test
