// What /proc says of single processes, where a process is not the plain case.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "tests/linux/support.h"
#include "winjob/process_counters.h"

namespace winjob::linux_test {
namespace {

std::string ImageOf(ProcessId id) {
  kernel::ProcessCounters counters;
  std::string image;
  const std::error_code error = kernel::QueryProcessCounters(id, counters, image);
  return error ? error.message() : image;
}

TEST(LinuxProcessCounters, TheImageIsThatOfTheProgramNotOfItsArgumentsAlsoWhenTheFileIsGone) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / UniqueName();
  std::filesystem::create_directory(folder);
  const std::string name = "a \xFF (deleted) program";  // names are bytes
  const std::filesystem::path program = folder / name;
  std::filesystem::copy_file("/bin/sleep", program);
  TestJob job;
  ProcessId id{};
  const Handle process = job.Shell("exec '" + program.string() + "' 60", &id);
  EXPECT_TRUE(Eventually([&] { return ImageOf(id) == name; })) << ImageOf(id);
  std::filesystem::remove_all(folder);
  EXPECT_EQ(ImageOf(id), name);
}

TEST(LinuxProcessCounters, AProcessThatExecutesAnotherProgramIsTheSame) {
  TestJob job;
  ProcessId id{};
  const std::string shell = std::filesystem::canonical("/bin/sh").filename();
  const std::string sleep = std::filesystem::canonical("/bin/sleep").filename();
  const Handle process = job.Shell("kill -STOP $$; exec sleep 60", &id);
  ASSERT_TRUE(Eventually([&] { return ImageOf(id) == shell; })) << ImageOf(id);
  kernel::ProcessCounters counters, again;
  std::string image;
  ASSERT_EQ(kernel::QueryProcessCounters(id, counters), std::error_code());
  ASSERT_TRUE(Eventually([&] {
    ::kill(static_cast<pid_t>(id), SIGCONT);
    return ImageOf(id) == sleep;
  }));
  ASSERT_EQ(kernel::QueryProcessCounters(id, again, image), std::error_code());
  EXPECT_EQ(again.created, counters.created);
  EXPECT_EQ(again.started, counters.started);
  EXPECT_FALSE(counters.commit) << "told only together with the image";
  EXPECT_TRUE(again.commit);
}

TEST(LinuxProcessCounters, OneThatWaitsToBeReapedHasEnded) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  kernel::ProcessCounters counters;
  EXPECT_EQ(kernel::QueryProcessCounters(static_cast<ProcessId>(child), counters), Win32Error::kInvalidParameter);
  ::waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace winjob::linux_test
