// Starting processes inside jobs, by the kernel's job list and by the fallback.
#include <cstdlib>

#include "tests/windows/fixture.h"
#include "winjob/process_list.h"

namespace winjob {
namespace {

/// Whether the fallback is forced.
class WindowsStartEitherWay : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Suspended, WindowsStartEitherWay, testing::Bool());

std::uint32_t Total(const Job& job) {
  Counters counters;
  EXPECT_EQ(job.QueryCounters(counters), std::error_code());
  return counters.total_processes.value_or(999);
}

TEST_P(WindowsStartEitherWay, TheProcessIsInItsJobAloneAndRuns) {
  const Job job = DoomedJob();
  const Job other = DoomedJob();
  const Process process = Start({"exit", "42"}, {&job}, GetParam());
  EXPECT_EQ(ExitCode(process), 42U);
  EXPECT_EQ(Total(job), 1U);
  EXPECT_EQ(Total(other), 0U);
}

TEST_P(WindowsStartEitherWay, TheProcessAndItsChildrenAreInBothNestedJobs) {
  const Job outer = DoomedJob();
  const Job inner = DoomedJob();
  const Process process = Start({"spawn", "3", "0.01", "exit", "5"}, {&outer, &inner}, GetParam());
  EXPECT_EQ(ExitCode(process), 5U);
  EXPECT_EQ(Total(outer), 4U);
  EXPECT_EQ(Total(inner), 4U);
  const Process second = Start({"exit", "6"}, {&outer}, GetParam());
  EXPECT_EQ(ExitCode(second), 6U);
  EXPECT_EQ(Total(outer), 5U);
  EXPECT_EQ(Total(inner), 4U);
}

TEST_P(WindowsStartEitherWay, AProcessWithoutAJobRunsToo) {
  const Process process = Start({"exit", "9"}, {}, GetParam());
  EXPECT_EQ(ExitCode(process), 9U);
}

TEST_P(WindowsStartEitherWay, AJobThatMayNotTakeProcessesLeavesNoProcessBehind) {
  const Folder folder;
  const std::string name = UniqueJobName();
  const Job job = DoomedJob(name);
  const Result<Job> read_only = Job::Open(name, abi::kJobQuery);
  ASSERT_TRUE(read_only) << read_only.error();

  kernel::StartRequest request;
  request.command = Workload({"append", folder.file("ran"), "x", "sleep", "forever"});
  request.assign_suspended = GetParam();
  const Job* const jobs[] = {&job, &*read_only};
  const Result<Process> process = Process::Start(request, jobs);
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error(), Win32Error::kAccessDenied);
  EXPECT_TRUE(Eventually([&] { return ListProcesses(job.raw())->empty(); }));
  EXPECT_EQ(Folder::Read(folder.file("ran")), "");
}

TEST_P(WindowsStartEitherWay, EveryArgumentArrivesAsItWasGiven) {
  const Folder folder;
  const std::string file = folder.file("out h\xC3\xA9 \xE4\xB8\xAD.txt");
  const std::vector<std::string> arguments = {
      "plain",    "",           " ",         "two words",      "tab\tin",      "\"",
      "a\"b",     "\"quoted\"", "\\",        "\\\\",           "end\\",        "end \\",
      "end \\\\", "a\\\"b",     "a\\\\\" b", "C:\\dir\\x y\\", "%PATH%",       "a&b|c>d<e^f",
      "*.cc",     "$HOME",      "'single'",  "h\xC3\xA9",      "\xE4\xB8\xAD", "\xF0\x9F\x98\x80 x",
      "--a=b c",
  };
  std::vector<std::string> steps;
  std::string expected;
  for (const std::string& argument : arguments) {
    steps.insert(steps.end(), {"append", file, argument});
    expected += argument + "\n";
  }
  const Job job = DoomedJob();
  EXPECT_EQ(ExitCode(Start(steps, {&job}, GetParam())), 0U);
  EXPECT_EQ(Folder::Read(file), expected);
}

TEST(WindowsStart, EnvironmentAndDirectoryReachTheProcess) {
  ASSERT_EQ(_putenv_s("Winjob_Case", "old"), 0);
  ASSERT_EQ(_putenv_s("WINJOB_KEPT", "kept"), 0);
  const Folder folder;
  kernel::StartRequest request;
  request.command = Workload({});
  for (const char* name : {"WINJOB_LEVEL", "WINJOB_\xC3\x89", "WINJOB_KEPT", "WINJOB_CASE", "Winjob_Case"})
    request.command.insert(request.command.end(), {"append-env", "out.txt", name});
  request.directory = folder.file("");
  request.environment = {{"WINJOB_LEVEL", "a=b \xE4\xB8\xAD"}, {"WINJOB_\xC3\x89", "2"}, {"WINJOB_CASE", "new"}};
  const Result<Process> process = Process::Start(request, {});
  ASSERT_TRUE(process) << process.error();
  EXPECT_EQ(ExitCode(*process), 0U);
  EXPECT_EQ(Folder::Read(folder.file("out.txt")), "a=b \xE4\xB8\xAD\n2\nkept\nnew\n\n");
}

TEST(WindowsStart, ABareNameIsSearchedFor) {
  kernel::StartRequest request;
  for (const char* name : {"cmd", "cmd.exe", "CMD"}) {
    request.command = {name, "/c", "exit 33"};
    const Result<Process> process = Process::Start(request, {});
    ASSERT_TRUE(process) << name << ": " << process.error();
    EXPECT_EQ(ExitCode(*process), 33U) << name;
  }
}

TEST(WindowsStart, ExitCodesHaveThirtyTwoBits) {
  EXPECT_EQ(ExitCode(Start({"exit", "4294967295"}, {})), 0xFFFF'FFFFU);
  EXPECT_EQ(ExitCode(Start({"crash"}, {})), 0xC000'0005U);
  EXPECT_EQ(ExitCode(Start({"exit", "259"}, {})), 259U);  // STILL_ACTIVE is an exit code like any other
}

}  // namespace
}  // namespace winjob
