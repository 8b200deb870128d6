// What the tests of the Linux kernel share: jobs with names of their own, workloads, and the proof that nothing is
// left.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "winjob/error.h"
#include "winjob/handle.h"
#include "winjob/information.h"
#include "winjob/kernel.h"

namespace winjob::linux_test {

/// A job name that no other test and no other run uses.
[[nodiscard]] std::string UniqueName();

/// Polls until `condition` holds. False when it does not within `limit`.
[[nodiscard]] bool Eventually(const std::function<bool()>& condition,
                              std::chrono::milliseconds limit = std::chrono::seconds(60));

/// A job that is killed and closed at the end of the test.
class TestJob {
 public:
  explicit TestJob(std::string name = UniqueName());
  TestJob(const TestJob&) = delete;
  TestJob& operator=(const TestJob&) = delete;
  ~TestJob() { End(); }

  [[nodiscard]] kernel::RawHandle raw() const noexcept { return handle_.get(); }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool existed() const noexcept { return existed_; }
  void CloseNow() { handle_.reset(); }
  /// Kills the members, and closes.
  void End();

  /// Runs `/bin/sh -c script` in the job.
  [[nodiscard]] Handle Shell(const std::string& script, ProcessId* id = nullptr);
  [[nodiscard]] abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION Accounting() const;
  [[nodiscard]] std::vector<std::uint64_t> Members() const;
  [[nodiscard]] bool IsEmptySoon() const;
  void SetKillOnClose(bool kill);

 private:
  std::string name_;
  Handle handle_;
  bool existed_ = false;
};

/// Starts `/bin/sh -c script` in the job.
[[nodiscard]] Handle StartShell(kernel::RawHandle job, const std::string& script, ProcessId* id = nullptr);
/// The same in several jobs, the outermost first.
[[nodiscard]] Handle StartShell(std::span<const kernel::RawHandle> jobs, const std::string& script,
                                ProcessId* id = nullptr);

/// The exit code of a process that ends within a minute.
[[nodiscard]] std::optional<std::uint32_t> ExitCode(const Handle& process);

/// Another program that holds jobs: a fork made before this program holds any of them.
class OtherProgram {
 public:
  /// `body` runs at Go. What it opens stays open until Kill.
  explicit OtherProgram(const std::function<bool()>& body);
  OtherProgram(const OtherProgram&) = delete;
  OtherProgram& operator=(const OtherProgram&) = delete;
  ~OtherProgram() { Kill(); }

  /// Lets it run the body. True when the body said so.
  [[nodiscard]] bool Go() const;
  [[nodiscard]] std::vector<std::uint64_t> Children() const;
  /// Ends it by SIGKILL, so that it can close nothing.
  void Kill();

 private:
  int id_ = 0;
  int channel_ = -1;
};

/// Keeps a child of this program, once it is killed, from being gone: it stops where it would end. For one thread.
class HeldAtItsEnd {
 public:
  explicit HeldAtItsEnd(ProcessId id);
  HeldAtItsEnd(const HeldAtItsEnd&) = delete;
  HeldAtItsEnd& operator=(const HeldAtItsEnd&) = delete;
  ~HeldAtItsEnd() { Release(); }

  /// False where a program may not trace its children.
  [[nodiscard]] bool works() const noexcept { return id_ != 0; }
  /// Waits until it is killed and held.
  [[nodiscard]] bool IsHeld() const;
  void Release();

 private:
  int id_;
};

/// Runs `body` in a forked child and hands back what it answered; -1 when a signal ended it.
[[nodiscard]] int RunInChild(const std::function<int()>& body);

[[nodiscard]] bool Alive(std::uint64_t id);

/// The directory of the job's group, which may not exist.
[[nodiscard]] std::string GroupPath(const std::string& name);

/// A test on groups; it is skipped where the level is "process".
class CoreTest : public ::testing::Test {
 protected:
  void SetUp() override;
  /// Fails the test if it leaves a child process or a group behind.
  void TearDown() override;
};

/// A test of limits that need controllers; it is skipped where the level is not "full".
class FullTest : public CoreTest {
 protected:
  void SetUp() override;
};

}  // namespace winjob::linux_test
