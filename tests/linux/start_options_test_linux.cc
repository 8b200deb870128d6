// How a process starts: its streams, its environment, suspended or not, in whose session. On both levels.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/linux/support.h"
#include "winjob/job.h"

namespace winjob::linux_test {
namespace {

using ::testing::StartsWith;

bool OnHelpers() { return kernel::Identify().level == "process"; }

class LinuxStart : public ::testing::Test {
 protected:
  LinuxStart() { std::filesystem::create_directory(folder_); }
  ~LinuxStart() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name) const { return folder_ + "/" + name; }
  std::string Read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(file(name)).rdbuf();
    return text.str();
  }

  static StartRequest Shell(const std::string& script) { return {.command = {"/bin/sh", "-c", script}}; }
  Result<Process> Start(const StartRequest& request) const {
    const Job* const jobs[] = {&job_};
    return Process::Start(request, jobs);
  }
  std::optional<std::uint32_t> Run(const StartRequest& request) const {
    const Result<Process> process = Start(request);
    if (!process) throw std::system_error(process.error());
    std::optional<std::uint32_t> exit_code;
    EXPECT_EQ(process->Wait(std::chrono::seconds(60), exit_code), std::error_code());
    return exit_code;
  }

  const std::string folder_ = std::filesystem::temp_directory_path() / UniqueName();
  Job job_ = *Job::Create(UniqueName());
};

TEST_F(LinuxStart, StreamsLeadIntoFilesThatAreReadMadeAnewOrAddedTo) {
  std::ofstream(file("in")) << "first\nsecond\n";
  StartRequest request = Shell("cat; echo oops >&2");
  request.input = Stream::File(file("in"));
  request.output = Stream::File(file("out"));
  request.error = Stream::Append(file("err"));
  EXPECT_EQ(Run(request), 0U);
  EXPECT_EQ(Run(request), 0U);
  EXPECT_EQ(Read("out"), "first\nsecond\n");
  EXPECT_EQ(Read("err"), "oops\noops\n");
  request.error = Stream::Output();
  EXPECT_EQ(Run(request), 0U);
  EXPECT_EQ(Read("out"), "first\nsecond\noops\n");
  request.input = Stream::Null();
  EXPECT_EQ(Run(request), 0U);
  EXPECT_EQ(Read("out"), "oops\n");
}

TEST_F(LinuxStart, ADescriptorOfTheCallersOrItsOwnStreamIsTheProcessesAndNoOther) {
  for (const bool own : {false, true}) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const int before = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (own) ::dup2(ends[1], STDOUT_FILENO);
    StartRequest request = Shell("echo through; sleep 30 >/dev/null & echo a pipe");
    request.output = own ? Stream::Caller() : Stream::Native(ends[1]);
    EXPECT_EQ(Run(request), 0U);
    ::dup2(before, STDOUT_FILENO);
    ::close(before);
    ::close(ends[1]);

    char text[100];
    std::string all;
    for (ssize_t size = 0; (size = ::read(ends[0], text, sizeof(text))) > 0;) all.append(text, size);
    EXPECT_EQ(all, "through\na pipe\n") << own;
    ::close(ends[0]);
    EXPECT_EQ(job_.Terminate(0), std::error_code());
  }
}

TEST_F(LinuxStart, AStreamThatCannotBeOpenedIsNamed) {
  const struct {
    Stream input, output, error;
    Win32Error number;
    const char* text;
  } cases[] = {
      {Stream::File(file("absent")), {}, {}, Win32Error::kFileNotFound, "standard input: "},
      {{}, Stream::File(file("absent/file")), {}, Win32Error::kFileNotFound, "standard output: "},
      {{}, {}, Stream::Native(987654), Win32Error::kInvalidHandle, "standard error: "},
      {{}, {}, Stream::Append(std::string("a\0b", 3)), Win32Error::kInvalidParameter, "standard error: "},
      {{}, {}, Stream::File(folder_), Win32Error::kAccessDenied, "standard error: "},
  };
  for (const auto& [input, output, error, number, text] : cases) {
    StartRequest request = Shell("exit 1");
    request.input = input;
    request.output = output;
    request.error = error;
    const Result<Process> process = Start(request);
    ASSERT_FALSE(process) << text;
    EXPECT_EQ(process.error(), number) << process.error().message();
    EXPECT_THAT(process.error().message(), StartsWith(text));
  }
}

TEST_F(LinuxStart, ASuspendedProcessDoesNothingBeforeItIsResumed) {
  for (const bool assign : {false, true}) {
    StartRequest request = Shell("echo ran; exit 7");
    request.output = Stream::Append(file("out"));
    request.suspended = true;
    request.assign_suspended = assign;
    const Result<Process> process = Start(request);
    ASSERT_TRUE(process) << process.error();
    EXPECT_TRUE(*job_.Contains(*process));
    std::optional<std::uint32_t> exit_code;
    EXPECT_EQ(process->Wait(std::chrono::milliseconds(200), exit_code), Win32Error::kWaitTimeout);
    EXPECT_EQ(Read("out"), assign ? "ran\n" : "");
    EXPECT_EQ(process->Resume(), std::error_code());
    EXPECT_EQ(process->Wait(std::chrono::seconds(60), exit_code), std::error_code());
    EXPECT_EQ(exit_code, 7U);
    EXPECT_EQ(process->Resume(), Win32Error::kAccessDenied) << "it has ended";
  }
  EXPECT_EQ(Read("out"), "ran\nran\n");
}

TEST_F(LinuxStart, ASuspendedProcessHoldsNothingOfTheCallersOpen) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  StartRequest request = Shell("exit 0");
  request.suspended = true;
  const Result<Process> process = Start(request);
  ASSERT_TRUE(process) << process.error();
  ::close(ends[1]);
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), 0) << "the end of the file, and no wait for a writer";
  ::close(ends[0]);
  EXPECT_EQ(process->Resume(), std::error_code());
}

TEST_F(LinuxStart, ASuspendedProcessCanBeEndedAndItsFolderIsCheckedAtOnce) {
  StartRequest request = Shell("exit 0");
  request.suspended = true;
  const Result<Process> process = Start(request);
  ASSERT_TRUE(process) << process.error();
  EXPECT_EQ(process->Terminate(0), std::error_code());
  std::optional<std::uint32_t> exit_code;
  EXPECT_EQ(process->Wait(std::chrono::seconds(60), exit_code), std::error_code());
  EXPECT_EQ(exit_code, 128U + 9U);
  request.directory = file("absent");
  EXPECT_EQ(Start(request).error(), Win32Error::kDirectoryName);
}

TEST_F(LinuxStart, AProgramThatCannotBeExecutedShowsAtOnceOrWhenItIsResumed) {
  std::ofstream(file("program")) << "neither a binary nor a script\n";
  std::filesystem::permissions(file("program"), std::filesystem::perms::owner_all);
  StartRequest request{.command = {file("program")}};
  EXPECT_EQ(Start(request).error(), Win32Error::kBadExeFormat);
  request.suspended = true;
  const Result<Process> process = Start(request);
  ASSERT_TRUE(process) << process.error();
  EXPECT_EQ(process->Resume(), std::error_code());
  std::optional<std::uint32_t> exit_code;
  EXPECT_EQ(process->Wait(std::chrono::seconds(60), exit_code), std::error_code());
  EXPECT_EQ(exit_code, 127U);
}

TEST_F(LinuxStart, AProcessThatIsStartedSuspendedIntoAFrozenJobRunsWhenBothAreOver) {
  if (OnHelpers()) GTEST_SKIP() << "helpers cannot freeze a job";
  for (const bool thaw_first : {true, false}) {
    ASSERT_EQ(job_.SetFrozen(true), std::error_code());
    StartRequest request = Shell("exit 7");
    request.suspended = true;
    const Result<Process> process = Start(request);
    ASSERT_TRUE(process) << process.error();
    ASSERT_EQ(job_.SetFrozen(!thaw_first), std::error_code());
    std::optional<std::uint32_t> exit_code;
    EXPECT_EQ(process->Wait(std::chrono::milliseconds(200), exit_code), Win32Error::kWaitTimeout);
    EXPECT_EQ(process->Resume(), std::error_code());
    EXPECT_EQ(job_.SetFrozen(false), std::error_code());
    EXPECT_EQ(process->Wait(std::chrono::seconds(60), exit_code), std::error_code());
    EXPECT_EQ(exit_code, 7U) << thaw_first;
  }
}

TEST_F(LinuxStart, TheEnvironmentCanBeOnlyWhatIsGiven) {
  ASSERT_EQ(::setenv("WINJOB_KEPT", "kept", 1), 0);
  StartRequest request{.command = {"/usr/bin/env"}, .environment = {{"ONE", "1"}, {"TWO", "2"}}};
  request.clear_environment = true;
  request.output = Stream::File(file("out"));
  EXPECT_EQ(Run(request), 0U);
  EXPECT_EQ(Read("out"), "ONE=1\nTWO=2\n");
  request.command = {"env"};
  EXPECT_EQ(Run(request), 0U) << "without a PATH the usual folders are searched";
  request.clear_environment = false;
  EXPECT_EQ(Run(request), 0U);
  EXPECT_NE(Read("out").find("WINJOB_KEPT=kept\n"), std::string::npos);
}

TEST_F(LinuxStart, TheSessionIsItsOwnOrTheCallers) {
  for (const bool share : {false, true}) {
    StartRequest request = Shell("set -- $(cat /proc/$$/stat); echo $6");
    request.output = Stream::File(file("out"));
    request.share_console = share;
    if (share && OnHelpers()) {
      EXPECT_EQ(Start(request).error(), Win32Error::kNotSupported) << "a helper has a session of its own";
      continue;
    }
    EXPECT_EQ(Run(request), 0U);
    EXPECT_EQ(Read("out") == std::to_string(::getsid(0)) + "\n", share) << Read("out");
  }
}

TEST_F(LinuxStart, AnIdentityFindsItsProcessUntilItIsReaped) {
  const Result<Process> process = Start(Shell("exec sleep 30"));
  ASSERT_TRUE(process) << process.error();
  const Result<ProcessIdentity> identity = process->Identity();
  ASSERT_TRUE(identity) << identity.error();
  EXPECT_EQ(*Process::Open(*identity)->Identity(), *identity);
  EXPECT_EQ(Process::Open({identity->id, identity->created + 1}).error(), Win32Error::kInvalidParameter);
  EXPECT_EQ(process->Terminate(0), std::error_code());
  EXPECT_EQ(job_.WaitUntilEmpty(std::chrono::seconds(60)), std::error_code());
  std::optional<std::uint32_t> exit_code;
  EXPECT_EQ(process->Wait(std::chrono::seconds(60), exit_code), std::error_code());
  EXPECT_TRUE(Eventually([&] {
    const Result<Process> found = Process::Open(*identity);
    return !found && found.error() == Win32Error::kInvalidParameter;
  }));
}

TEST_F(LinuxStart, TheProgramItselfIsAProcessToo) {
  const Result<Process> self = Process::Current();
  ASSERT_TRUE(self) << self.error();
  EXPECT_EQ(self->id(), static_cast<ProcessId>(::getpid()));
  EXPECT_TRUE(self->Identity());
}

TEST_F(LinuxStart, ANameIsKeptByMembersAnyway) {
  const Result<Process> member = Start(Shell("exec sleep 30"));
  ASSERT_TRUE(member) << member.error();
  EXPECT_EQ(job_.KeepName(*member), std::error_code());
  const Result<Process> stranger = Process::Start(Shell("exec sleep 30"), {});
  ASSERT_TRUE(stranger) << stranger.error();
  EXPECT_EQ(job_.KeepName(*stranger), Win32Error::kNotSupported);
  EXPECT_EQ(stranger->Terminate(0), std::error_code());
  EXPECT_EQ(job_.Terminate(0), std::error_code());
  EXPECT_EQ(job_.WaitUntilEmpty(std::chrono::seconds(60)), std::error_code());
}

TEST_F(LinuxStart, WhatLinuxLacksIsNotSupported) {
  EXPECT_EQ(job_.ResetPeakMemory(), Win32Error::kNotSupported);
  EXPECT_EQ(ResumeThread(ThreadId(1)), Win32Error::kNotSupported);
  EXPECT_EQ(Job::Create(UniqueName(), "D:(A;;GA;;;WD)").error(), Win32Error::kNotSupported);
}

}  // namespace
}  // namespace winjob::linux_test
