// The contract of limits as values: what is kept, what is refused, what a set does to the others.
#include <algorithm>
#include <memory>

#include "tests/contract/fixture.h"
#include "tests/contract/limit_samples.h"

namespace winjob::contract {
namespace {

using LimitContract = Contract;
using Basic = abi::JOBOBJECT_BASIC_LIMIT_INFORMATION;
using Extended = abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION;

class EachLimitContract : public Contract, public testing::WithParamInterface<LimitKind> {};
INSTANTIATE_TEST_SUITE_P(Limits, EachLimitContract, testing::ValuesIn(AllKinds()),
                         [](const auto& kind) { return std::string(RowOf(kind.param).name); });

// go-winjob, limits_test.go: TestLimits_Single
TEST_P(EachLimitContract, IsSetReadBackAndTakenOff) {
  const LimitKind kind = GetParam();
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, kind));
  EXPECT_FALSE(Must(job.Has(kind)));
  const LimitError error = job.SetLimits(Sample(kind));
  if (On("linux") && error.error == Win32Error::kNotSupported) GTEST_SKIP() << "linux: " << Describe(error);
  ASSERT_FALSE(error) << Describe(error);
  EXPECT_TRUE(Must(job.Has(kind)));
  EXPECT_EQ(Must(job.QueryLimits()), Sample(kind));
  ASSERT_FALSE(job.ResetLimits({kind}));
  EXPECT_FALSE(Must(job.Has(kind)));
  ASSERT_FALSE(job.ResetLimits(Kinds(Sample(kind))));
  EXPECT_EQ(Must(job.QueryLimits()), Limits());
}

// What a kernel cannot hold it must not seem to hold.
TEST_P(EachLimitContract, IsHeldOrRefusedByItsName) {
  const LimitKind kind = GetParam();
  Job& job = NewJob();
  const Limits sample = Sample(kind);
  const LimitError error = job.SetLimits(sample);
  if (Lacking(job, kind).empty() && !On("linux")) {
    EXPECT_FALSE(error) << Describe(error);
  } else if (error) {
    const std::vector<LimitKind> kinds = Kinds(sample);
    EXPECT_FALSE(error.limits.empty()) << Describe(error);
    EXPECT_TRUE(std::includes(kinds.begin(), kinds.end(), error.limits.begin(), error.limits.end())) << Describe(error);
    EXPECT_EQ(Must(job.QueryLimits()), Limits());
  } else {
    EXPECT_EQ(Must(job.QueryLimits()), sample) << "accepted, so it has to be there";
  }
}

// go-winjob, limits_test.go: TestLimits_Multiple
TEST_F(LimitContract, AllThatTheKernelHoldsAreReadBackTogether) {
  Job& job = NewJob();
  Limits held;
  for (const LimitKind kind : Kinds(AllSamples()))
    if (Lacking(job, kind).empty() && !NewJob().SetLimits(Sample(kind))) RowOf(kind).copy(AllSamples(), held);
  const LimitError error = job.SetLimits(held);
  ASSERT_FALSE(error) << Describe(error);
  EXPECT_EQ(Must(job.QueryLimits()), held);
  ASSERT_FALSE(job.ResetLimits(AllKinds()));
  EXPECT_EQ(Must(job.QueryLimits()), Limits());
}

// ReactOS, ntoskrnl/ps/job.c: KILL_ON_JOB_CLOSE is in the first set only
TEST_F(LimitContract, ASetReplacesTheWhole) {
  auto job = std::make_unique<Job>(Must(Job::Create(UniqueName("job"))));
  const Process& process = Run(kSleep, *job);
  Extended limits{};
  limits.BasicLimitInformation.LimitFlags = abi::kLimitKillOnJobClose;
  ASSERT_FALSE(Set(job->raw(), limits));
  ASSERT_FALSE(Set(job->raw(), Extended{}));
  job.reset();
  EXPECT_TRUE(Lives(process));
}

// hcsshim, internal/jobobject: TestSetMultipleExtendedLimits
TEST_F(LimitContract, AChangeOfOneLimitKeepsTheOthers) {
  auto job = std::make_unique<Job>(Must(Job::Create(UniqueName("job"))));
  const Process& process = Run(kSleep, *job);
  ASSERT_FALSE(job->SetKillOnClose(true));
  for (const LimitKind kind : {LimitKind::kJobMemory, LimitKind::kBreakaway, LimitKind::kActiveProcesses}) {
    if (!Lacking(*job, kind).empty()) continue;
    ASSERT_FALSE(job->SetLimits(Sample(kind)));
    EXPECT_TRUE(Must(job->Has(LimitKind::kKillOnClose))) << RowOf(kind).name;
    EXPECT_TRUE(Must(job->Has(kind)));
  }
  job.reset();
  EXPECT_EQ(ExitCode(process), Ended(0));
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
TEST_F(LimitContract, AFieldWhoseFlagIsClearIsIgnored) {
  const Job& job = NewJob();
  Extended limits{};
  limits.BasicLimitInformation = {-1, -2, 0, 9, 8, 0, 0, 77, 78};
  EXPECT_FALSE(Set(job.raw(), limits));
  Extended back{};
  ASSERT_FALSE(Query(job.raw(), back));
  EXPECT_EQ(back.BasicLimitInformation.LimitFlags, 0U);
}

struct Contradiction {
  const char* name;
  Basic limits;
};
class EachContradictionContract : public Contract, public testing::WithParamInterface<Contradiction> {};
constexpr std::uint64_t kMegabyte = 1 << 20;
// Sources: ReactOS, ntoskrnl/ps/job.c, and the page of the structure
INSTANTIATE_TEST_SUITE_P(
    Basic, EachContradictionContract,
    testing::Values(
        Contradiction{"BothJobTimes", {0, 1, abi::kLimitJobTime | abi::kLimitPreserveJobTime, 0, 0, 0, 0, 0, 0}},
        Contradiction{"NoWorkingSet", {0, 0, abi::kLimitWorkingSet, 0, 0, 0, 0, 0, 0}},
        Contradiction{"NoLeastWorkingSet", {0, 0, abi::kLimitWorkingSet, 0, kMegabyte, 0, 0, 0, 0}},
        Contradiction{"AWorkingSetUpsideDown", {0, 0, abi::kLimitWorkingSet, 2 * kMegabyte, kMegabyte, 0, 0, 0, 0}},
        Contradiction{"NoProcessor", {0, 0, abi::kLimitAffinity, 0, 0, 0, 0, 0, 0}},
        Contradiction{"AProcessorThatIsNotThere", {0, 0, abi::kLimitAffinity, 0, 0, 0, ~std::uint64_t{0}, 0, 0}},
        Contradiction{"APriorityClassThatIsNone", {0, 0, abi::kLimitPriorityClass, 0, 0, 0, 0, 0x21, 0}},
        Contradiction{"ASchedulingClassOfTen", {0, 0, abi::kLimitSchedulingClass, 0, 0, 0, 0, 0, 10}}),
    [](const auto& contradiction) { return std::string(contradiction.param.name); });

TEST_P(EachContradictionContract, IsRefusedAndChangesNothing) {
  const Job& job = NewJob();
  Extended limits{};
  limits.BasicLimitInformation = GetParam().limits;
  const std::uint32_t flags = limits.BasicLimitInformation.LimitFlags;
  const bool held = ((flags & ~abi::kLimitPreserveJobTime) & ~job.support().limits) == 0;
  const std::error_code error = Set(job.raw(), limits);
  EXPECT_TRUE(error == Win32Error::kInvalidParameter || (!held && error == Win32Error::kNotSupported))
      << error.message();
  Extended back{};
  ASSERT_FALSE(Query(job.raw(), back));
  EXPECT_EQ(back.BasicLimitInformation.LimitFlags, 0U);
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_extended_limit_information
TEST_F(LimitContract, ASubsetOfNoAffinityIsRefused) {
  const Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, LimitKind::kSubsetAffinity));
  Extended limits{};
  limits.BasicLimitInformation.LimitFlags = abi::kLimitSubsetAffinity;
  EXPECT_EQ(Set(job.raw(), limits), Win32Error::kInvalidParameter);
}

// go-winjob, limits_test.go: TestLimits_Single
TEST_F(LimitContract, AWorkingSetMayBeOfOneSize) {
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, LimitKind::kWorkingSet));
  const WorkingSet eight{Bytes(8 * kMegabyte), Bytes(8 * kMegabyte)};
  ASSERT_FALSE(job.SetLimits({.working_set = eight}));
  EXPECT_EQ(Must(job.QueryLimits()).working_set, eight);
}

// ReactOS, ntoskrnl/ps/job.c
TEST_F(LimitContract, MemoryLimitsAreKeptInWholePages) {
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, LimitKind::kJobMemory));
  ASSERT_FALSE(job.SetLimits({.job_memory = Bytes(64 * kMegabyte + 1)}));
  EXPECT_EQ(Must(job.QueryLimits()).job_memory, Bytes(64 * kMegabyte));
}

// As above
TEST_F(LimitContract, HighPriorityAndSchedulingClassNeedAPrivilege) {
  Job& job = NewJob();
  WINJOB_NEEDS(DropPrivilege() ? "" : kNoSuchPower);
  EXPECT_EQ(job.SetLimits({.scheduling_class = SchedulingClass::From(6)}).error, Win32Error::kPrivilegeNotHeld);
  EXPECT_EQ(job.SetLimits({.priority_class = PriorityClass::kHigh}).error, Win32Error::kPrivilegeNotHeld);
  EXPECT_FALSE(job.SetLimits({.priority_class = PriorityClass::kIdle, .scheduling_class = SchedulingClass::From(5)}));
}

// ReactOS, ntoskrnl/ps/job.c
TEST_F(LimitContract, TheBasicClassSwitchesTheLimitsOfTheExtendedOff) {
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, LimitKind::kActiveProcesses));
  ASSERT_FALSE(job.SetKillOnClose(true));
  Basic basic{};
  basic.LimitFlags = abi::kLimitActiveProcess;
  basic.ActiveProcessLimit = 3;
  ASSERT_FALSE(Set(job.raw(), basic));
  EXPECT_EQ(Must(job.QueryLimits()), Limits{.active_processes = 3});
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
TEST_F(LimitContract, BothClassesTellTheSameBasicLimits) {
  Job& job = NewJob();
  WINJOB_NEEDS(Lacking(job, LimitKind::kActiveProcesses));
  ASSERT_FALSE(job.SetLimits({.active_processes = 7}));
  Basic basic{};
  ASSERT_FALSE(Query(job.raw(), basic));
  EXPECT_EQ(basic.LimitFlags, abi::kLimitActiveProcess);
  EXPECT_EQ(basic.ActiveProcessLimit, 7U);
}

}  // namespace
}  // namespace winjob::contract
