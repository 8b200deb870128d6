// What cannot be started, opened or waited for, and the number that says why.
#include "tests/windows/fixture.h"

namespace winjob {
namespace {

struct Refusal {
  const char* what;
  std::vector<std::string> command;
  std::string directory;
  std::map<std::string, std::string> environment;
  Win32Error error;
};

TEST(WindowsRefusal, AStartThatCannotBeSaysWhy) {
  const Folder folder;
  const std::string text = folder.file("text.exe");
  const std::string batch = folder.file("batch.cmd");
  for (const std::string& file : {text, batch}) EXPECT_EQ(ExitCode(Start({"append", file, "text"}, {})), 0U);
  const std::string good = WorkloadProgram();

  const Refusal cases[] = {
      {"no command", {}, "", {}, Win32Error::kInvalidName},
      {"empty name", {""}, "", {}, Win32Error::kInvalidName},
      {"bare name", {"winjob-no-such-program"}, "", {}, Win32Error::kFileNotFound},
      {"path", {folder.file("none.exe")}, "", {}, Win32Error::kFileNotFound},
      {"path in no folder", {folder.file("none\\none.exe")}, "", {}, Win32Error::kPathNotFound},
      {"relative path", {".\\none.exe"}, "", {}, Win32Error::kFileNotFound},
      {"no program", {text}, "", {}, Win32Error::kBadExeFormat},
      {"batch file", {batch}, "", {}, Win32Error::kBadExeFormat},
      {"quoted program", {'"' + good + '"'}, "", {}, Win32Error::kInvalidName},
      {"no directory", {good, "exit", "1"}, folder.file("none"), {}, Win32Error::kDirectoryName},
      {"a file as directory", {good, "exit", "1"}, text, {}, Win32Error::kDirectoryName},
      {"argument not UTF-8", {good, "print", "\xC3"}, "", {}, Win32Error::kNoUnicodeTranslation},
      {"zero in an argument", {good, "print", std::string("a\0b", 3)}, "", {}, Win32Error::kInvalidParameter},
      {"long line", {good, "print", std::string(32'767, 'x')}, "", {}, Win32Error::kFilenameTooLong},
      {"variable without a name", {good, "exit", "1"}, "", {{"", "x"}}, Win32Error::kBadEnvironment},
      {"variable with a bad name", {good, "exit", "1"}, "", {{"A=B", "x"}}, Win32Error::kBadEnvironment},
      {"variable given twice", {good, "exit", "1"}, "", {{"PATH", "x"}, {"Path", "y"}}, Win32Error::kBadEnvironment},
  };
  for (const bool suspended : {false, true}) {
    const Job job = DoomedJob();
    for (const Refusal& test : cases) {
      StartRequest request{test.command, test.directory, test.environment};
      request.assign_suspended = suspended;
      const Job* const jobs[] = {&job};
      const Result<Process> process = Process::Start(request, jobs);
      ASSERT_FALSE(process) << test.what;
      EXPECT_EQ(process.error(), test.error) << test.what << ": " << process.error().message();
    }
    Counters counters;
    EXPECT_EQ(job.QueryCounters(counters), std::error_code());
    EXPECT_EQ(counters.total_processes, 0U);
  }
}

TEST(WindowsRefusal, TheLongestLineIsAccepted) {
  const std::string longest(32'766 - WorkloadProgram().size() - std::string("\"\" print ").size(), 'x');
  EXPECT_EQ(ExitCode(Start({"print", longest}, {})), 0U);
}

TEST(WindowsRefusal, AHandleWithoutARightIsDeniedAndEachRightOpensItsOwnCall) {
  const std::string name = UniqueJobName();
  const Job owner = DoomedJob(name);
  const Process process = Start({"sleep", "forever"}, {});
  struct Row {
    std::uint32_t access;
    Win32Error query, set, assign;
  };
  constexpr Win32Error kDone = Win32Error{0};
  constexpr Win32Error kDenied = Win32Error::kAccessDenied;
  const Row rows[] = {
      {abi::kJobQuery, kDone, kDenied, kDenied},
      {abi::kJobSetAttributes | abi::kJobQuery, kDone, kDone, kDenied},
      {abi::kJobAssignProcess, kDenied, kDenied, kDone},
  };
  for (const Row& row : rows) {
    Result<Job> job = Job::Open(name, row.access);
    ASSERT_TRUE(job) << job.error();
    Counters counters;
    EXPECT_EQ(job->QueryCounters(counters).value(), static_cast<int>(row.query)) << row.access;
    EXPECT_EQ(job->SetBreakaway(Breakaway::kOk).value(), static_cast<int>(row.set)) << row.access;
    EXPECT_EQ(job->Assign(process).value(), static_cast<int>(row.assign)) << row.access;
    EXPECT_EQ(job->Terminate(1), kDenied) << row.access;
  }
  Result<Job> killer = Job::Open(name, abi::kJobTerminate);
  ASSERT_TRUE(killer) << killer.error();
  EXPECT_EQ(killer->Terminate(3), std::error_code());
  EXPECT_EQ(ExitCode(process), 3U);
}

TEST(WindowsRefusal, NoHandleMeansNoJobRatherThanTheCallersOwn) {
  std::uint64_t buffer[64] = {};
  for (const auto info_class : {abi::InfoClass::kBasicAccounting, abi::InfoClass::kBasicProcessIdList})
    EXPECT_EQ(kernel::QueryInformation(nullptr, info_class, buffer, 48), Win32Error::kInvalidHandle);
  EXPECT_EQ(kernel::TerminateJob(nullptr, 1), Win32Error::kInvalidHandle);
  kernel::Close(nullptr);
}

TEST(WindowsRefusal, ABadLengthIsRefused) {
  const Job job = DoomedJob();
  std::uint64_t buffer[64] = {};
  EXPECT_EQ(kernel::QueryInformation(job.raw(), abi::InfoClass::kBasicAccounting, buffer, 40), Win32Error::kBadLength);
  EXPECT_EQ(kernel::QueryInformation(job.raw(), abi::InfoClass::kBasicProcessIdList, buffer, 4),
            Win32Error::kBadLength);
}

TEST(WindowsRefusal, AnUnknownProcessIsAnInvalidParameter) {
  const Result<Process> process = Process::Open(ProcessId{0xFFFF'FFF0});
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error(), Win32Error::kInvalidParameter);
}

TEST(WindowsRefusal, AWaitForARunningProcessTimesOutWithoutAnExitCode) {
  const Job job = DoomedJob();
  const Process process = Start({"sleep", "forever"}, {&job});
  std::optional<std::uint32_t> code = 1;
  for (const Timeout timeout : {Timeout(0), Timeout(1), Timeout(-5)}) {
    EXPECT_EQ(process.Wait(timeout, code), Win32Error::kWaitTimeout);
    EXPECT_EQ(code, std::nullopt);
  }
}

}  // namespace
}  // namespace winjob
