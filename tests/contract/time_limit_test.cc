// The contract of limits on user time: of each process, and of the job, which may be ended or only told.
#include "tests/contract/fixture.h"
#include "tests/contract/inbox.h"

namespace winjob::contract {
namespace {

constexpr CompletionKey kKey = 1;
constexpr Ticks kSecond(Ticks::kPerSecond);
const Steps kBusy = {"spin", "30", "sleep", "forever"};  // far longer than any budget here
constexpr std::uint32_t kNotEnoughQuota = 1816;

class TimeLimitContract : public Contract {
 protected:
  void SetUp() override {
    Contract::SetUp();
    const Job& job = NewJob();
    WINJOB_NEEDS(Lacking(job, LimitKind::kJobUserTime));
    WINJOB_NEEDS(Lacking(job, LimitKind::kProcessUserTime));
  }
  Job& Timed(Inbox& inbox, const Limits& limits) {
    Job& job = NewJob();
    EXPECT_FALSE(job.SetLimits(limits));
    EXPECT_FALSE(job.NotifyTo(inbox.port(), kKey));
    return job;
  }
  static abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION Accounting(const Job& job) {
    abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION info{};
    EXPECT_FALSE(Query(job.raw(), info));
    return info;
  }
};

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
TEST_F(TimeLimitContract, AProcessOutOfTimeIsEndedAloneAndReported) {
  Inbox inbox;
  Job& job = Timed(inbox, {.process_user_time = kSecond});
  const Process& idle = Run(kSleep, job);
  const Process& busy = Run(kBusy, job);
  EXPECT_NE(ExitCode(busy), 0U);
  EXPECT_TRUE(Lives(idle));
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgEndOfProcessTime));
  EXPECT_EQ(inbox.Count(kKey, abi::kMsgEndOfProcessTime, busy.id()), 1);
  EXPECT_EQ(CountersOf(job).terminated_processes.value_or(1), 1U);
}

// As above
TEST_F(TimeLimitContract, KernelTimeIsNotUserTime) {
  WINJOB_NEEDS(Do(Run(kSleep).id(), {}) ? "" : kNoSuchPower);
  Inbox inbox;
  Job& job = Timed(inbox, {.job_user_time = Ticks(100), .process_user_time = Ticks(50)});
  const Process& process = Run(kSleep, job);
  Do(process.id(), {.kernel_time = Ticks(1000)});
  EXPECT_TRUE(Lives(process));
  Do(process.id(), {.user_time = Ticks(49)});
  EXPECT_TRUE(Lives(process));
  Do(process.id(), {.user_time = Ticks(1)});
  EXPECT_TRUE(ExitCode(process));
}

// https://learn.microsoft.com/windows/win32/procthread/nested-jobs
TEST_F(TimeLimitContract, TheOuterJobsTimeForAProcessBindsNestedOnes) {
  WINJOB_NEEDS(Lacking(Feature::kNestedJobs));
  Inbox inbox;
  Job& outer = Timed(inbox, {.process_user_time = kSecond});
  Job& inner = NewJob();
  ASSERT_FALSE(inner.SetLimits({.process_user_time = Ticks(1000 * Ticks::kPerSecond)}));
  EXPECT_NE(ExitCode(Run(kBusy, outer, inner)), 0U);
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_end_of_job_time_information
TEST_F(TimeLimitContract, AJobOutOfTimeIsEndedWhole) {
  Inbox inbox;
  Job& job = Timed(inbox, {.job_user_time = kSecond});
  const Process& idle = Run(kSleep, job);
  const Process& busy = Run(kBusy, job);
  EXPECT_EQ(ExitCode(idle), Ended(kNotEnoughQuota));
  EXPECT_EQ(ExitCode(busy), Ended(kNotEnoughQuota));
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgActiveProcessZero));
  EXPECT_EQ(CountersOf(job).terminated_processes.value_or(2), 2U);
}

// As above
TEST_F(TimeLimitContract, AJobOutOfTimeAdmitsNobodyUntilItsTimeIsSetAnew) {
  Inbox inbox;
  Job& job = Timed(inbox, {.job_user_time = kSecond});
  ExitCode(Run(kBusy, job));
  const Process& late = Run(kSleep);
  EXPECT_EQ(job.Assign(late), Win32Error::kNotEnoughQuota);
  if (On("linux"))
    EXPECT_TRUE(Lives(late)) << "refused, and left alone";
  else
    EXPECT_TRUE(ExitCode(late));
  ASSERT_FALSE(job.SetLimits({.die_on_unhandled_exception = true}));
  EXPECT_EQ(job.Assign(Run(kSleep)), Win32Error::kNotEnoughQuota) << "another limit is no help";
  ASSERT_FALSE(job.SetLimits({.job_user_time = kSecond}));
  EXPECT_FALSE(job.Assign(Run(kSleep)));
}

// As above
TEST_F(TimeLimitContract, AJobOutOfTimeIsSignalledUntilItsTimeIsSetAnew) {
  Inbox inbox;
  Job& job = Timed(inbox, {.job_user_time = kSecond});
  WINJOB_NEEDS(Signalled(job) ? "" : "linux: a job is nothing to wait for");
  EXPECT_EQ(Signalled(job), false);
  ExitCode(Run(kBusy, job));
  EXPECT_TRUE(Eventually([&] { return *Signalled(job); }));
  ASSERT_FALSE(job.SetLimits({.job_user_time = kSecond}));
  EXPECT_EQ(Signalled(job), false);
}

// As above
TEST_F(TimeLimitContract, WithPostTheEndIsReportedTheLimitTakenOffAndNobodyEnded) {
  Inbox inbox;
  Job& job = Timed(inbox, {.job_user_time = kSecond, .end_of_job_time = EndOfJobTime::kPost});
  const Process& busy = Run(kBusy, job);
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgEndOfJobTime));
  EXPECT_TRUE(Lives(busy));
  EXPECT_FALSE(Must(job.Has(LimitKind::kJobUserTime)));
  EXPECT_EQ(inbox.Count(kKey, abi::kMsgEndOfJobTime, ProcessId::kNone), 1);
}

// As above
TEST_F(TimeLimitContract, WithPostTheTimeThatIsSetAnewIsReportedAnew) {
  Inbox inbox;
  Job& job = Timed(inbox, {.job_user_time = kSecond, .end_of_job_time = EndOfJobTime::kPost});
  Run(kBusy, job);
  ASSERT_TRUE(inbox.Await(kKey, abi::kMsgEndOfJobTime));
  ASSERT_FALSE(job.SetLimits({.job_user_time = kSecond}));
  Run(kBusy, job);
  EXPECT_TRUE(inbox.Await(kKey, abi::kMsgEndOfJobTime, 2));
}

// As above
TEST_F(TimeLimitContract, WithPostAndNoPortTheJobIsEnded) {
  Job& job = NewJob();
  ASSERT_FALSE(job.SetLimits({.job_user_time = kSecond, .end_of_job_time = EndOfJobTime::kPost}));
  EXPECT_EQ(ExitCode(Run(kBusy, job)), Ended(kNotEnoughQuota));
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
TEST_F(TimeLimitContract, TheTimeCountsFromWhenItIsSet) {
  Job& job = NewJob();
  const Process& process = Run(kSleep, job);
  WINJOB_NEEDS(Do(process.id(), {.user_time = Ticks(5000)}) ? "" : kNoSuchPower);
  ASSERT_FALSE(job.SetLimits({.job_user_time = Ticks(100)}));
  Do(process.id(), {.user_time = Ticks(99)});
  EXPECT_TRUE(Lives(process));
  Do(process.id(), {.user_time = Ticks(1)});
  EXPECT_EQ(ExitCode(process), kNotEnoughQuota);
}

// As above
TEST_F(TimeLimitContract, SettingAnotherLimitWithPreserveKeepsTheBudget) {
  Job& job = NewJob();
  const Process& process = Run(kSleep, job);
  ASSERT_FALSE(job.SetLimits({.job_user_time = Ticks(100)}));
  WINJOB_NEEDS(Do(process.id(), {.user_time = Ticks(60)}) ? "" : kNoSuchPower);
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = abi::kLimitPreserveJobTime | abi::kLimitActiveProcess;
  limits.BasicLimitInformation.ActiveProcessLimit = 5;
  ASSERT_FALSE(Set(job.raw(), limits));
  EXPECT_EQ(Must(job.QueryLimits()), (Limits{.active_processes = 5, .job_user_time = Ticks(100)}));
  EXPECT_EQ(Accounting(job).ThisPeriodTotalUserTime, 60) << "the period goes on";
  Do(process.id(), {.user_time = Ticks(40)});
  EXPECT_TRUE(ExitCode(process));
}

// As above
TEST_F(TimeLimitContract, SettingTheTimeAgainRestartsTheBudgetAndThePeriod) {
  Job& job = NewJob();
  const Process& process = Run(kSleep, job);
  ASSERT_FALSE(job.SetLimits({.job_user_time = Ticks(100)}));
  WINJOB_NEEDS(Do(process.id(), {.user_time = Ticks(60), .kernel_time = Ticks(7)}) ? "" : kNoSuchPower);
  ASSERT_FALSE(job.SetLimits({.job_user_time = Ticks(100)}));
  EXPECT_EQ(Accounting(job).ThisPeriodTotalUserTime, 0);
  EXPECT_EQ(Accounting(job).ThisPeriodTotalKernelTime, 0);
  EXPECT_EQ(Accounting(job).TotalUserTime, 60) << "the totals go on";
  Do(process.id(), {.user_time = Ticks(99)});
  EXPECT_TRUE(Lives(process));
}

// As above
TEST_F(TimeLimitContract, ATimeThatIsTakenOffNeverEnds) {
  Job& job = NewJob();
  const Process& process = Run(kSleep, job);
  ASSERT_FALSE(job.SetLimits({.job_user_time = Ticks(100)}));
  ASSERT_FALSE(job.ResetLimits({LimitKind::kJobUserTime}));
  WINJOB_NEEDS(Do(process.id(), {.user_time = Ticks(1000)}) ? "" : kNoSuchPower);
  EXPECT_TRUE(Lives(process));
}

// As above
TEST_F(TimeLimitContract, PreservingATimeThatWasNeverSetSetsNone) {
  const Job& job = NewJob();
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = abi::kLimitPreserveJobTime;
  limits.BasicLimitInformation.PerJobUserTimeLimit = 1;
  const std::error_code error = Set(job.raw(), limits);
  if (On("linux") && error == Win32Error::kNotSupported) GTEST_SKIP() << "linux: keeps no budget";
  ASSERT_FALSE(error);
  EXPECT_EQ(Must(job.QueryLimits()), Limits());
}

}  // namespace
}  // namespace winjob::contract
