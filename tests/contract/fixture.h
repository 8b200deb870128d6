// The fixture of the contract suite: jobs and processes that are gone at the end of each test, and waiting for what
// a real kernel does in its own time.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "tests/contract/driver.h"
#include "tests/contract/features.h"
#include "winjob/information.h"

namespace winjob::contract {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;  // and so is the workload
#else
inline constexpr bool kSanitized = false;
#endif

inline constexpr Timeout kLong{60'000};  // a deadline for what must happen, on an emulated machine too

/// The value; an error ends the test.
template <class T>
T Must(Result<T> result) {
  if (!result) throw std::system_error(result.error());
  return *std::move(result);
}

/// Whether this became true in time.
bool Eventually(const std::function<bool()>& condition);

/// Ends the case as skipped for this reason, unless that is empty.
#define WINJOB_NEEDS(why) \
  if (const std::string reason{why}; !reason.empty()) GTEST_SKIP() << reason

/// A process with just these rights.
Handle OpenWith(ProcessId process, std::uint32_t access);

using Steps = std::vector<std::string>;
inline const Steps kSleep = {"sleep", "forever"};

class Contract : public testing::Test {
 protected:
  void SetUp() override { BeginTest(); }
  void TearDown() override;

  /// A name that no other test and no other run uses.
  std::string UniqueName(std::string_view part);

  Job& NewJob(std::string_view name = {}) { return jobs_.emplace_back(Must(Job::Create(name))); }

  /// Starts the workload inside these jobs, outermost first.
  template <class... Jobs>
  Process& Run(const Steps& steps, const Jobs&... jobs) {
    const std::array<const Job*, sizeof...(jobs)> list = {&jobs...};
    return RunIn(steps, list);
  }
  static std::vector<ProcessId> Members(const Job& job);

  /// Whether the job comes to have this many members, and then no more for a while.
  static bool Settles(const Job& job, std::size_t members);

  /// Whether the process is alive, and stays so for a moment.
  static bool Lives(const Process& process);

  static Counters CountersOf(const Job& job);

  /// The exit code of a process that ends in time. Empty where the kernel cannot tell it, and when it does not end.
  static std::optional<std::uint32_t> ExitCode(const Process& process);

  /// The exit code that a process has after it was ended with this one: Linux ends by a signal, which says 128 + 9.
  static std::uint32_t Ended(std::uint32_t exit_code) { return On("linux") ? 137 : exit_code; }

 private:
  Process& RunIn(const Steps& steps, std::span<const Job* const> jobs);

  std::vector<std::string> names_;
  std::deque<Job> jobs_;
  std::deque<Process> processes_;
};

}  // namespace winjob::contract
