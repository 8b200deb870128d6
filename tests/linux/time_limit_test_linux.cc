// Who is ended for a limit on time is counted and told of once, however long that takes, and before it is gone.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <thread>

#include "tests/linux/support.h"
#include "tests/linux/test_port.h"
#include "winjob/job.h"

namespace winjob::linux_test {
namespace {

constexpr const char* kSpin = "while :; do :; done";
constexpr char kNoTracing[] = "a program may not trace its children here";
constexpr std::chrono::milliseconds kLooks{350};  // the limits below have the job looked at every 100 ms

class LinuxTimeLimits : public CoreTest {
 protected:
  static void Limit(const TestJob& job, const Limits& limits) {
    const LimitError error = Job::Open(job.name(), abi::kJobAllAccess)->SetLimits(limits);
    ASSERT_FALSE(error) << Describe(error);
  }

  /// Ends a spinner for its time, and holds it at its end while it is looked at again and again.
  static void ExpectASpinnerToBeCountedOnce(TestJob& job) {
    ProcessId id = ProcessId::kNone;
    const Handle spinner = job.Shell(kSpin, &id);
    HeldAtItsEnd held(id);
    if (!held.works()) GTEST_SKIP() << kNoTracing;
    ASSERT_TRUE(held.IsHeld());
    std::this_thread::sleep_for(kLooks);
    EXPECT_EQ(job.Accounting().TotalTerminatedProcesses, 1u);
    held.Release();
    EXPECT_EQ(ExitCode(spinner), 128u + 9u);
  }
};

TEST_F(LinuxTimeLimits, AProcessThatTakesLongToEndIsCountedAndToldOnce) {
  TestJob job;
  const TestPort port;
  ASSERT_EQ(port.Watch(job, 5), std::error_code());
  Limit(job, {.process_user_time = Ticks(2'000'000)});
  ExpectASpinnerToBeCountedOnce(job);
  if (IsSkipped() || HasFatalFailure()) return;
  const auto packets = port.CollectUntilEmpty();
  EXPECT_EQ(Count(packets, abi::kMsgEndOfProcessTime, 5), 1u);

  EXPECT_EQ(ExitCode(job.Shell(kSpin)), 128u + 9u);
  EXPECT_EQ(job.Accounting().TotalTerminatedProcesses, 2u) << "the next one is another";
}

TEST_F(LinuxTimeLimits, TwoProgramsThatHoldTheJobCountWhatOneHasEndedOnce) {
  const std::string name = UniqueName();
  OtherProgram other([&] {
    kernel::RawHandle job = nullptr;
    return !kernel::OpenJob(name, abi::kJobAllAccess, job);
  });
  TestJob job(name);
  Limit(job, {.process_user_time = Ticks(2'000'000)});
  ASSERT_TRUE(other.Go());
  ExpectASpinnerToBeCountedOnce(job);
  if (IsSkipped() || HasFatalFailure()) return;
  other.Kill();
}

TEST_F(LinuxTimeLimits, AJobWhoseMembersTakeLongToEndIsCountedOnce) {
  TestJob job;
  ProcessId id = ProcessId::kNone;
  const Handle idle = job.Shell("exec sleep 60", &id);
  HeldAtItsEnd held(id);
  if (!held.works()) GTEST_SKIP() << kNoTracing;
  Limit(job, {.job_user_time = Ticks(2'000'000)});
  const Handle spinner = job.Shell(kSpin);
  EXPECT_EQ(ExitCode(spinner), 128u + 9u);
  ASSERT_TRUE(held.IsHeld());
  std::this_thread::sleep_for(kLooks);
  EXPECT_EQ(job.Accounting().TotalTerminatedProcesses, 2u);
  held.Release();
  EXPECT_EQ(ExitCode(idle), 128u + 9u);
}

TEST_F(LinuxTimeLimits, AMemberThatItsOwnTimeHasEndedIsNotCountedForTheJobsTimeToo) {
  TestJob job;
  Limit(job, {.job_user_time = Ticks(6'000'000), .process_user_time = Ticks(2'000'000)});
  ProcessId id = ProcessId::kNone;
  const Handle first = job.Shell(kSpin, &id);
  HeldAtItsEnd held(id);
  if (!held.works()) GTEST_SKIP() << kNoTracing;
  ASSERT_TRUE(held.IsHeld());
  Limit(job, {.process_user_time = Ticks(1'000'000'000)});
  const Handle second = job.Shell(kSpin);
  EXPECT_EQ(ExitCode(second), 128u + 9u);
  EXPECT_EQ(job.Accounting().TotalTerminatedProcesses, 2u);
  held.Release();
  EXPECT_EQ(ExitCode(first), 128u + 9u);
}

TEST_F(LinuxTimeLimits, NobodyIsEndedBeforeItIsCounted) {
  TestJob job;
  ProcessId id = ProcessId::kNone;
  const Handle spinner = job.Shell(kSpin, &id);
  const int counts = ::open((GroupPath(job.name()) + "/cgroup.procs").c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(counts, LOCK_EX), 0) << "what marks are added to under";
  Limit(job, {.process_user_time = Ticks(2'000'000)});
  EXPECT_TRUE(Eventually([&] { return job.Accounting().TotalUserTime >= 8'000'000; })) << "far out of time";
  std::optional<std::uint32_t> code;
  EXPECT_EQ(kernel::WaitProcess(spinner.get(), kLooks, code), Win32Error::kWaitTimeout);
  ::close(counts);
  EXPECT_EQ(ExitCode(spinner), 128u + 9u);
  EXPECT_EQ(job.Accounting().TotalTerminatedProcesses, 1u);
}

}  // namespace
}  // namespace winjob::linux_test
