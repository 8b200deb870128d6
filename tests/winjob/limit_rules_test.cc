// What is refused: by the library before it sets anything, or by the kernel; and how the error names the limits.
#include <gtest/gtest.h>

#include "tests/fake_kernel/fixture.h"
#include "tests/winjob/limit_samples.h"
#include "winjob/class_limits.h"
#include "winjob/group_affinity.h"

namespace winjob {
namespace {

using LimitRulesTest = fake::FakeKernelTest;
using enum LimitKind;
using fake::Call;

TEST_F(LimitRulesTest, WhatContradictsItselfIsRefusedBeforeTheSetAndBothSidesNamed) {
  const CpuRate low = *CpuRate::FromPercent(10);
  const CpuRate high = *CpuRate::FromPercent(50);
  const struct {
    Limits limits;
    const char* text;
  } cases[] = {
      {{.job_memory = Bytes(kPage - 1)}, "job_memory: less than a page"},
      {{.process_memory = Bytes(0)}, "process_memory: less than a page"},
      {{.active_processes = 0}, "active_processes: must be at least 1"},
      {{.job_user_time = Ticks(0)}, "job_user_time: must be more than 0"},
      {{.process_user_time = Ticks(-1)}, "process_user_time: must be more than 0"},
      {{.working_set = WorkingSet{Bytes(0), Bytes(kPage)}}, "working_set: the minimum is less than a page"},
      {{.working_set = WorkingSet{Bytes(3 * kPage), Bytes(2 * kPage)}},
       "working_set: the minimum is above the maximum"},
      {{.affinity = AffinityMask{0}}, "affinity: no processor"},
      {{.subset_affinity = true}, "subset_affinity, affinity: the first needs the second"},
      {{.affinity = AffinityMask{1}, .group_affinity = {{GroupMask{0, 1}}}},
       "affinity, group_affinity: only one of the two"},
      {{.priority_class = PriorityClass{0x21}}, "priority_class: no such class"},
      {{.group_affinity = {{GroupMask{0, 1}, GroupMask{1, 0}}}}, "group_affinity: a group without processors"},
      {{.group_affinity = {{GroupMask{0, 1}, GroupMask{0, 2}}}}, "group_affinity: a group is given twice"},
      {{.ui = UiRestrictions{0x400}}, "ui: no such restriction"},
      {{.cpu = CpuLimit{CpuRange{high, low}, false}}, "cpu: the minimum is above the maximum"},
      {{.network = NetworkLimit{}}, "network: neither a bandwidth nor a code point"},
      {{.network = NetworkLimit{Bytes(0), {}}}, "network: must be at least 1 byte per second"},
      {{.io = {{IoRate{"C:", 0, Bytes(0), 0}}}}, "io: a volume without a limit"},
      {{.io = {{IoRate{"C:", 1, {}, 0}, IoRate{"C:", 2, {}, 0}}}}, "io: a volume is given twice"},
  };
  Job job = *Job::Create();
  for (const auto& [limits, text] : cases) {
    const LimitError error = job.SetLimits(limits);
    EXPECT_EQ(error.error, Win32Error::kInvalidParameter) << text;
    EXPECT_EQ(Describe(error), std::string(text) + ": invalid parameter (87)");
  }
  EXPECT_EQ(fake::Calls(Call::kSetInformation) + fake::Calls(Call::kSetIoRate), 0U);
}

TEST_F(LimitRulesTest, TheSmallestAndLargestValuesPass) {
  const Limits cases[] = {
      {.job_memory = Bytes(kPage), .process_memory = Bytes(~std::uint64_t{0})},
      {.active_processes = UINT32_MAX},
      {.job_user_time = Ticks(1), .process_user_time = Ticks(INT64_MAX)},
      {.working_set = WorkingSet{Bytes(kPage), Bytes(kPage)}},
      {.scheduling_class = SchedulingClass::From(0)},
      {.scheduling_class = SchedulingClass::From(9)},
      {.cpu = CpuLimit{CpuRange{*CpuRate::FromHundredths(1), *CpuRate::FromHundredths(1)}, false}},
      {.cpu = CpuLimit{CpuCap{*CpuRate::FromHundredths(10'000)}, false}},
      {.network = NetworkLimit{{}, Dscp::From(0)}},
      {.network = NetworkLimit{Bytes(1), {}}},
  };
  for (const Limits& limits : cases) {
    Job job = *Job::Create();
    const LimitError error = job.SetLimits(limits);
    EXPECT_FALSE(error) << Describe(error);
  }
}

TEST_F(LimitRulesTest, AContradictionWithWhatIsInForceIsRefusedToo) {
  Job job = *Job::Create();
  ASSERT_FALSE(job.SetLimits({.affinity = AffinityMask{3}, .subset_affinity = true}));
  EXPECT_EQ(Describe(job.SetLimits({.group_affinity = {{GroupMask{0, 1}}}})),
            "affinity, group_affinity: only one of the two: invalid parameter (87)");
  EXPECT_EQ(Describe(job.ResetLimits({kAffinity})),
            "subset_affinity, affinity: the first needs the second: invalid parameter (87)");
  EXPECT_FALSE(job.ResetLimits({kAffinity, kSubsetAffinity})) << "both together";

  ASSERT_FALSE(job.SetLimits({.group_affinity = {{GroupMask{0, 1}}}}));
  EXPECT_EQ(job.SetLimits({.affinity = AffinityMask{3}}).limits, (std::vector{kAffinity, kGroupAffinity}));
}

TEST_F(LimitRulesTest, WhatAnotherProgramSetWrongIsNotThisChangesFault) {
  const Limits in_force{.subset_affinity = true};
  EXPECT_FALSE(Check(Merge(in_force, {.job_memory = Bytes(kPage)}), {kJobMemory}));
  EXPECT_TRUE(Check(in_force, {kAffinity}));
}

TEST_F(LimitRulesTest, LimitsThatTheKernelCannotHoldAreNamedAmongThoseThatItCan) {
  fake::SetSupport({.limits = abi::kLimitKillOnJobClose});
  Job job = *Job::Create();
  const LimitError error =
      job.SetLimits({.job_memory = Bytes(kPage), .breakaway = Breakaway::kOk, .kill_on_close = true});
  EXPECT_EQ(Describe(error), "job_memory, breakaway: this kernel cannot enforce it: not supported (50)");
  EXPECT_EQ(fake::Calls(Call::kSetInformation), 0U);
  EXPECT_FALSE(job.SetLimits({.breakaway = Breakaway::kNone, .kill_on_close = true})) << "off is no demand";
}

TEST_F(LimitRulesTest, ARefusedCallNamesTheLimitsThatWereInIt) {
  Job job = *Job::Create();
  const Limits change{.job_memory = Bytes(kPage), .kill_on_close = true, .ui = UiRestrictions{1}};
  fake::FailNext(Call::kSetInformation, Win32Error::kNotSupported);
  EXPECT_EQ(Describe(job.SetLimits(change)), "ui: not supported (50)");
  EXPECT_EQ(*job.QueryLimits(), Limits());

  fake::FailNext(Call::kSetInformation, Win32Error::kNotEnoughQuota, 1);
  EXPECT_EQ(Describe(job.SetLimits(change)), "job_memory, kill_on_close: a limit of the job does not allow it (1816)");
  EXPECT_EQ(*job.QueryLimits(), Limits());
}

TEST_F(LimitRulesTest, EveryLimitPassesTheKernelsErrorOn) {
  for (const Limit& limit : kLimits) {
    SCOPED_TRACE(limit.name);
    Job job = *Job::Create();
    const Call set = limit.kind == kIo ? Call::kSetIoRate : Call::kSetInformation;
    fake::FailNext(set, Win32Error::kNoSystemResources);
    EXPECT_EQ(job.SetLimits(Sample(limit.kind)).error, Win32Error::kNoSystemResources);
    ASSERT_FALSE(job.SetLimits(Sample(limit.kind)));
    fake::FailNext(set, Win32Error::kNoSystemResources);
    EXPECT_EQ(job.ResetLimits(Kinds(Sample(limit.kind))).error, Win32Error::kNoSystemResources);
    EXPECT_TRUE(*job.Has(limit.kind)) << "as before";
  }
}

// Best effort for disk rates: what cannot be read counts as off.
TEST_F(LimitRulesTest, EveryQueryThatFailsIsReported) {
  const Job job = *Job::Create();
  constexpr unsigned kQueries = 7;  // classes 9, 15, 32, 4, 6, and 14 twice
  for (unsigned query = 0; query < kQueries; ++query) {
    fake::FailNext(Call::kQueryInformation, Win32Error::kNoSystemResources, query);
    const Result<Limits> limits = job.QueryLimits();
    ASSERT_FALSE(limits) << query;
    EXPECT_EQ(limits.error(), Win32Error::kNoSystemResources);
    EXPECT_TRUE(job.QueryLimits());
  }
  fake::FailNext(Call::kCreateJob, Win32Error::kNoSystemResources);
  EXPECT_EQ(job.QueryLimits().error(), Win32Error::kNoSystemResources) << "no job to compare the groups with";
  fake::FailNext(Call::kQueryIoRates, Win32Error::kNoSystemResources);
  EXPECT_TRUE(job.QueryLimits());
  fake::FailNext(Call::kQueryInformation, Win32Error::kNoSystemResources);
  EXPECT_EQ(job.Has(kCpu).error(), Win32Error::kNoSystemResources);
}

TEST_F(LimitRulesTest, AClassThatTheKernelLacksIsAbsentAndNeedsNoReset) {
  for (const abi::InfoClass missing :
       {abi::InfoClass::kCpuRateControl, abi::InfoClass::kNetRateControl, abi::InfoClass::kGroupEx,
        abi::InfoClass::kBasicUiRestrictions, abi::InfoClass::kEndOfJobTime})
    fake::LackClass(missing);
  fake::FailNext(Call::kSetIoRate, Win32Error::kNotSupported, 0, fake::kAlways);
  fake::FailNext(Call::kQueryIoRates, Win32Error::kNotSupported, 0, fake::kAlways);
  Job job = *Job::Create();
  EXPECT_EQ(*job.QueryLimits(), Limits());
  EXPECT_FALSE(job.ResetLimits(AllKinds()));
  for (const LimitKind kind : {kCpu, kNetwork, kGroupAffinity, kUi, kEndOfJobTime, kIo})
    EXPECT_EQ(job.SetLimits(Sample(kind)).limits, std::vector{kind}) << "never accepted and ignored";
}

TEST_F(LimitRulesTest, ALimitOfClass9IsNoneOfAClassOfItsOwn) {
  const Job job = *Job::Create();
  for (const Limit& limit : kLimits) {
    if (limit.flags == 0) continue;
    EXPECT_EQ(SetClassLimit(job.raw(), limit.kind, AllSamples()), Win32Error::kInvalidParameter) << limit.name;
    EXPECT_EQ(ResetClassLimit(job.raw(), limit.kind), Win32Error::kInvalidParameter) << limit.name;
  }
}

TEST_F(LimitRulesTest, GroupsThatWereNeverSetAreTakenOutOfWhatTheCallerHad) {
  const Job job = *Job::Create();
  std::optional<std::vector<GroupMask>> groups = {{GroupMask{1, 2}}};
  EXPECT_FALSE(QueryGroupAffinity(job.raw(), groups));
  EXPECT_EQ(groups, std::nullopt);
}

TEST_F(LimitRulesTest, AKernelThatNeverHasEnoughRoomForTheGroupsIsAskedForAThousandAndThenNoMore) {
  const Job job = *Job::Create();
  const unsigned before = fake::Calls(Call::kQueryInformation);
  fake::FailNext(Call::kQueryInformation, Win32Error::kInsufficientBuffer, 0, fake::kAlways);
  std::optional<std::vector<GroupMask>> groups;
  EXPECT_EQ(QueryGroupAffinity(job.raw(), groups), Win32Error::kInsufficientBuffer);
  EXPECT_EQ(fake::Calls(Call::kQueryInformation) - before, 9U) << "4, 8 and so on to 1024";
}

TEST_F(LimitRulesTest, TheKernelsOwnRefusalsComeThrough) {
  const struct {
    Limits limits;
    Win32Error error;
  } cases[] = {
      {{.affinity = AffinityMask{0x100}}, Win32Error::kInvalidParameter},  // no such processor
      {{.group_affinity = {{GroupMask{1, 0x10}}}}, Win32Error::kInvalidParameter},
      {{.group_affinity = {{GroupMask{2, 1}}}}, Win32Error::kInvalidParameter},
      {{.priority_class = PriorityClass::kHigh}, Win32Error::kPrivilegeNotHeld},
      {{.scheduling_class = SchedulingClass::From(6)}, Win32Error::kPrivilegeNotHeld},
      {{.io = {{IoRate{"missing:", 1, {}, 0}}}}, Win32Error::kFileNotFound},
  };
  fake::DropPrivilege();
  Job job = *Job::Create();
  for (const auto& [limits, error] : cases) {
    const LimitError refused = job.SetLimits(limits);
    EXPECT_EQ(refused.error, error) << Describe(refused);
    EXPECT_EQ(refused.limits, Kinds(limits));
  }
  EXPECT_FALSE(job.SetLimits({.priority_class = PriorityClass::kIdle, .scheduling_class = SchedulingClass::From(5)}));
}

}  // namespace
}  // namespace winjob
