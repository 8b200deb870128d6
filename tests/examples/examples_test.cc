// Each example is run, and prints what docs/library.md shows; where this kernel cannot do what the example is for, it
// prints the library's error and ends with 1.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/examples/run.h"
#include "winjob/job.h"
#include "winjob/notification.h"

namespace winjob::examples {
namespace {

using Lines = std::vector<std::string>;

// The lines that the page shows below `$ NAME ...`, with N for each number.
Lines Shown(const std::string& example) {
  std::ifstream file("docs/library.md");
  const std::string page(std::istreambuf_iterator<char>(file), {});
  const std::size_t command = page.find("\n$ " + example + " ");
  if (command == page.npos) return {"docs/library.md does not show " + example};
  const std::size_t begin = page.find('\n', command + 1) + 1;
  return WithoutNumbers(page.substr(begin, page.find("```", begin) - begin));
}

// The error of a probe that stands for what an example needs.
std::error_code NestedStart() {
  const Result<Job> outer = Job::Create();
  const Result<Job> inner = Job::Create();
  if (!outer || !inner) return outer ? inner.error() : outer.error();
  StartRequest request;
  request.command = {Program("workload"), "exit", "0"};
  const Job* const jobs[] = {&*outer, &*inner};
  const Result<Process> process = Process::Start(request, jobs);
  std::optional<std::uint32_t> code;
  return process ? process->Wait(std::chrono::minutes(1), code) : process.error();
}

NotificationLimitError MemoryThreshold() {
  Result<Job> job = Job::Create();
  return job->SetNotificationLimits({.job_memory = Bytes(32U << 20)});
}

Result<Process> StartOutside() {
  StartRequest request;
  request.command = {Program("workload"), "sleep", "forever"};
  return Process::Start(request, {});
}

std::error_code Adoption() {
  const Result<Process> process = StartOutside();
  if (!process) return process.error();
  const std::error_code error = Job::Create()->Assign(*process);
  std::ignore = process->Terminate(1);
  return error;
}

TEST(Examples, KillOnCloseLeavesNoProcessBehind) {
  const Example example("kill_on_close", {Program("workload"), "sleep", "forever"});
  EXPECT_EQ(example.Wait(), 0);  // its input is at its end at once, which stands for Enter
  EXPECT_EQ(example.Lines(), Shown("kill_on_close"));
  const auto process = Process::Open(static_cast<ProcessId>(example.Number()));
  std::optional<std::uint32_t> code;
  if (process) {
    EXPECT_EQ(process->Wait(std::chrono::minutes(1), code), std::error_code()) << "it still runs";
  }
}

// Lines come from two threads, and counters as often as there is time: what kinds of lines there are is compared.
TEST(Examples, LiveCountersPrintsNotificationsAndCountersUntilTheJobIsEmpty) {
  const Example example("live_counters", {Program("workload"), "spawn", "2", "1"});
  ASSERT_EQ(example.Wait(), 0);
  Result<Job> job = Job::Create();
  ASSERT_TRUE(job);
  const LimitError refused = job->SetLimits({.job_memory = Bytes(1ULL << 30), .active_processes = 64});
  const std::uint32_t counted = job->support().counters;
  Lines expected;
  if (refused) expected = WithoutNumbers("goes on without limits: " + Describe(refused));
  for (std::string line : Shown("live_counters")) {
    const auto drop = [&](std::uint32_t bit, const std::string& part) {
      if (const std::size_t at = line.find(part); at != line.npos && (counted & bit) == 0) line.erase(at, part.size());
    };
    drop(kernel::kTotalProcesses, " N started");
    drop(kernel::kUserTime, " N s of user time");
    const bool reported = std::ranges::all_of(kMessages, [&](const Message& message) {
      return !line.starts_with(message.name) || Reports(job->support(), message.event);
    });
    if (reported) expected.push_back(line);
  }
  Lines lines = example.Lines();
  for (Lines* list : {&lines, &expected}) {
    std::ranges::sort(*list);
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  EXPECT_EQ(lines, expected);
}

TEST(Examples, AdoptAccountsForAProcessThatRanBefore) {
  const std::error_code refused = Adoption();
  const Result<Process> process = StartOutside();
  ASSERT_TRUE(process);
  const Example example("adopt", {std::to_string(static_cast<unsigned>(process->id()))});
  if (refused) {
    EXPECT_EQ(example.Wait(), 1);
  } else {
    EXPECT_TRUE(example.Says("adopted process")) << testing::PrintToString(example.Lines());
  }
  EXPECT_EQ(process->Terminate(1), std::error_code());
  std::optional<std::uint32_t> code;
  EXPECT_EQ(process->Wait(std::chrono::minutes(1), code), std::error_code());
  if (refused) {
    EXPECT_EQ(example.Lines(), WithoutNumbers("cannot adopt the process: " + refused.message()));
    return;
  }
  EXPECT_EQ(example.Wait(), 0);
  Lines expected = Shown("adopt");
  if ((Job::Create()->support().counters & kernel::kTotalProcesses) == 0) expected.back() = "the job is empty";
  EXPECT_EQ(example.Lines(), expected);
}

TEST(Examples, AdoptNamesAProcessThatDoesNotExist) {
  const Example example("adopt", {"0"});
  EXPECT_EQ(example.Wait(), 1);
  ASSERT_EQ(example.Lines().size(), 1U);
  EXPECT_TRUE(example.Lines()[0].starts_with("cannot open the process: ")) << example.Lines()[0];
}

TEST(Examples, SoftLimitReportsWhatWasExceeded) {
  const Example example("soft_limit", {"32", Program("workload"), "alloc", "64", "sleep", "forever"});
  if (const NotificationLimitError refused = MemoryThreshold()) {
    EXPECT_EQ(example.Wait(), 1);
    EXPECT_EQ(example.Lines(), WithoutNumbers("cannot set the notification limit: " + Describe(refused)));
    return;
  }
  EXPECT_EQ(example.Wait(), 0);
  EXPECT_EQ(example.Lines(), Shown("soft_limit"));
}

TEST(Examples, NestedCountsTheInnerJobInTheOuterOne) {
  const Example example("nested", {Program("workload"), "sleep", "forever"});
  if (const std::error_code error = NestedStart()) {
    EXPECT_EQ(example.Wait(), 1);
    EXPECT_EQ(example.Lines(), WithoutNumbers("cannot start the command in a nested job: " + error.message()));
    return;
  }
  EXPECT_EQ(example.Wait(), 0);
  EXPECT_EQ(example.Lines(), Shown("nested"));
  // 2 and 1, then 0 and 0: the numbers themselves matter here.
  EXPECT_EQ(example.Number(), 2U);
}

}  // namespace
}  // namespace winjob::examples
