// Every limit, alone and together with all others: set, is set, read back, reset, is not set.
#include "winjob/limits.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "tests/fake_kernel/fixture.h"
#include "tests/winjob/limit_samples.h"
#include "winjob/information.h"

namespace winjob {
namespace {

using LimitsTest = fake::FakeKernelTest;

TEST_F(LimitsTest, TheTableHasEachKindInItsPlaceAndEachNameOnce) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kLimits.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(kLimits[i].kind), i);
    EXPECT_TRUE(names.insert(kLimits[i].name).second) << kLimits[i].name;
    EXPECT_FALSE(kLimits[i].field.empty());
    EXPECT_FALSE(kLimits[i].windows.empty());
  }
}

TEST_F(LimitsTest, ANewJobHasNone) {
  const Job job = *Job::Create();
  EXPECT_EQ(*job.QueryLimits(), Limits());
  for (const Limit& limit : kLimits) EXPECT_FALSE(*job.Has(limit.kind)) << limit.name;
}

TEST_F(LimitsTest, EachIsSetReadBackAndResetAlone) {
  for (const Limit& limit : kLimits) {
    SCOPED_TRACE(limit.name);
    Job job = *Job::Create();
    const Limits sample = Sample(limit.kind);
    const LimitError error = job.SetLimits(sample);
    ASSERT_FALSE(error) << Describe(error);
    EXPECT_TRUE(*job.Has(limit.kind));
    EXPECT_EQ(*job.QueryLimits(), sample);

    ASSERT_FALSE(job.ResetLimits({limit.kind}));
    EXPECT_FALSE(*job.Has(limit.kind));
    ASSERT_FALSE(job.ResetLimits(Kinds(sample)));
    EXPECT_EQ(*job.QueryLimits(), Limits());
  }
}

TEST_F(LimitsTest, AllAreSetAndReadBackTogether) {
  Job job = *Job::Create();
  const LimitError error = job.SetLimits(AllSamples());
  ASSERT_FALSE(error) << Describe(error);
  EXPECT_EQ(*job.QueryLimits(), AllSamples());
  ASSERT_FALSE(job.ResetLimits(AllKinds()));
  EXPECT_EQ(*job.QueryLimits(), Limits());
}

TEST_F(LimitsTest, EachIsSetAndResetAmongAllOthers) {
  for (const LimitKind kind : Kinds(AllSamples())) {
    SCOPED_TRACE(RowOf(kind).name);
    Job job = *Job::Create();
    Limits others = AllSamples();
    RowOf(kind).copy(Limits(), others);
    if (kind == LimitKind::kAffinity) others.subset_affinity.reset();  // needs it
    ASSERT_FALSE(job.SetLimits(others));
    EXPECT_EQ(*job.QueryLimits(), others);

    Limits both = others;
    RowOf(kind).copy(AllSamples(), both);
    ASSERT_FALSE(job.SetLimits(Sample(kind)));
    EXPECT_EQ(*job.QueryLimits(), both);
    ASSERT_FALSE(job.ResetLimits({kind}));
    EXPECT_EQ(*job.QueryLimits(), others);
  }
}

TEST_F(LimitsTest, EachFormOfACpuLimitTakesTheOthersPlace) {
  const CpuRate rate = *CpuRate::FromPercent(12.5);
  const CpuLimit forms[] = {{CpuCap{rate, true}, false},
                            {CpuCap{rate, false}, true},
                            {*CpuWeight::From(9), false},
                            {CpuRange{*CpuRate::FromPercent(3), rate}, false}};
  Job job = *Job::Create();
  for (const CpuLimit& from : forms) {
    for (const CpuLimit& to : forms) {
      ASSERT_FALSE(job.SetLimits({.cpu = from}));
      ASSERT_FALSE(job.SetLimits({.cpu = to}));
      EXPECT_EQ(job.QueryLimits()->cpu, to);
    }
  }
}

TEST_F(LimitsTest, EachPriorityClassAndUiRestrictionIsReadBack) {
  Job job = *Job::Create();
  for (const auto value : {PriorityClass::kIdle, PriorityClass::kBelowNormal, PriorityClass::kNormal,
                           PriorityClass::kAboveNormal, PriorityClass::kHigh, PriorityClass::kRealtime}) {
    ASSERT_FALSE(job.SetLimits({.priority_class = value}));
    EXPECT_EQ(job.QueryLimits()->priority_class, value);
  }
  std::uint32_t all = 0;
  for (const UiName& name : kUiNames) {
    ASSERT_FALSE(job.SetLimits({.ui = UiRestrictions{name.bit}})) << name.name;
    EXPECT_EQ(job.QueryLimits()->ui, UiRestrictions{name.bit});
    EXPECT_EQ(name.bit, all + 1) << "in the order of the bits, none left out";
    all |= name.bit;
  }
  EXPECT_EQ(all, 0x3FFU);
}

TEST_F(LimitsTest, ASwitchThatIsSetToOffIsReset) {
  Job job = *Job::Create();
  ASSERT_FALSE(job.SetLimits(AllSamples()));
  Limits rest = AllSamples();
  const auto off = [&](const Limits& change) {
    for (const LimitKind kind : Kinds(change)) RowOf(kind).copy(Limits(), rest);
    ASSERT_FALSE(job.SetLimits(change));
    EXPECT_EQ(*job.QueryLimits(), rest);
  };
  off({.subset_affinity = false});
  off({.die_on_unhandled_exception = false});
  off({.breakaway = Breakaway::kNone});
  off({.kill_on_close = false});
  off({.end_of_job_time = EndOfJobTime::kTerminate});
  off({.ui = UiRestrictions{}});
  off({.io = std::vector<IoRate>{}});

  ASSERT_FALSE(job.ResetLimits({LimitKind::kAffinity}));
  ASSERT_FALSE(job.SetLimits(Sample(LimitKind::kGroupAffinity)));
  ASSERT_FALSE(job.SetLimits({.group_affinity = std::vector<GroupMask>{}}));
  EXPECT_FALSE(*job.Has(LimitKind::kGroupAffinity));
}

TEST_F(LimitsTest, SettingOneDiskRateListTakesTheOthersOff) {
  Job job = *Job::Create();
  ASSERT_FALSE(job.SetLimits({.io = {{IoRate{"C:", 2, {}, 0}, IoRate{"D:", 3, {}, 0}}}}));
  ASSERT_FALSE(job.SetLimits({.io = {{IoRate{"D:", 5, {}, 0}}}}));
  EXPECT_EQ(job.QueryLimits()->io, (std::vector<IoRate>{{"D:", 5, {}, 0}}));
}

TEST_F(LimitsTest, MemoryIsReadBackInWholePages) {
  Job job = *Job::Create();
  ASSERT_FALSE(job.SetLimits({.job_memory = Bytes(5 * kPage + 1), .process_memory = Bytes(4 * kPage - 1)}));
  EXPECT_EQ(job.QueryLimits()->job_memory, Bytes(5 * kPage));
  EXPECT_EQ(job.QueryLimits()->process_memory, Bytes(3 * kPage));
}

TEST_F(LimitsTest, ResettingWhatWasNeverOnMakesNoCallThatCouldBeRefused) {
  Job job = *Job::Create();
  ASSERT_FALSE(job.ResetLimits(AllKinds()));
  EXPECT_EQ(fake::Calls(fake::Call::kSetInformation), 0U);
  EXPECT_EQ(fake::Calls(fake::Call::kSetIoRate), 0U);
}

TEST_F(LimitsTest, SwitchingOffWhatWasNeverOnMakesNoCallThatCouldBeRefused) {
  Job job = *Job::Create();
  ASSERT_FALSE(job.SetLimits({.group_affinity = std::vector<GroupMask>{},
                              .end_of_job_time = EndOfJobTime::kTerminate,
                              .ui = UiRestrictions{},
                              .io = std::vector<IoRate>{}}));
  EXPECT_EQ(fake::Calls(fake::Call::kSetInformation), 0U);
  EXPECT_EQ(fake::Calls(fake::Call::kSetIoRate), 0U);
}

TEST_F(LimitsTest, AnEmptyChangeMakesNoCall) {
  Job job = *Job::Create();
  ASSERT_FALSE(job.SetLimits({}));
  ASSERT_FALSE(job.ResetLimits({}));
  EXPECT_EQ(fake::Calls(fake::Call::kQueryInformation) + fake::Calls(fake::Call::kSetInformation), 0U);
}

TEST_F(LimitsTest, TheGroupsOfASingleMaskAreNotReadAsASecondLimit) {
  Job job = *Job::Create();
  ASSERT_FALSE(job.SetLimits({.affinity = AffinityMask{0x3}}));
  EXPECT_FALSE(*job.Has(LimitKind::kGroupAffinity));
}

TEST_F(LimitsTest, GroupsAreReadHoweverManyThereAre) {
  fake::SetProcessors(std::vector<std::uint64_t>(20, ~std::uint64_t{0}));
  Job job = *Job::Create();
  std::vector<GroupMask> groups;
  for (std::uint16_t group = 0; group < 19; ++group) groups.push_back({group, std::uint64_t{1} << group});
  ASSERT_FALSE(job.SetLimits({.group_affinity = groups}));
  EXPECT_EQ(job.QueryLimits()->group_affinity, groups);
  EXPECT_EQ(kernel::ProcessorCount(), 20U * 64U);
}

// A kernel that reads class 9 back as zeros, as Wine does.
TEST_F(LimitsTest, WhatWasSetHereSurvivesAKernelThatReadsZerosBack) {
  fake::ReadLimitsAsZero();
  Job job = *Job::Create();
  Limits set;
  for (const LimitKind kind : Kinds(AllSamples())) {
    if (kind == LimitKind::kSubsetAffinity) set.affinity = AllSamples().affinity;
    RowOf(kind).copy(AllSamples(), set);
    ASSERT_FALSE(job.SetLimits(Sample(kind))) << RowOf(kind).name;
    EXPECT_EQ(*job.QueryLimits(), set) << RowOf(kind).name;
  }
  ASSERT_FALSE(job.ResetLimits({LimitKind::kJobMemory}));
  set.job_memory.reset();
  EXPECT_EQ(*job.QueryLimits(), set);
  ASSERT_FALSE(job.ResetLimits(AllKinds()));
  EXPECT_EQ(*job.QueryLimits(), Limits());
}

TEST_F(LimitsTest, WhatAnotherProgramSetIsBelievedOverWhatWasSetHere) {
  Job job = *Job::Create("shared");
  Job other = *Job::Create("shared");
  ASSERT_FALSE(job.SetLimits({.active_processes = 2, .kill_on_close = true}));
  ASSERT_FALSE(other.SetLimits({.active_processes = 3}));
  ASSERT_FALSE(other.ResetLimits({LimitKind::kKillOnClose}));
  ASSERT_FALSE(job.SetLimits({.job_memory = Bytes(kPage)}));
  EXPECT_EQ(*job.QueryLimits(), (Limits{.job_memory = Bytes(kPage), .active_processes = 3}));
}

TEST_F(LimitsTest, ChangesFromTwoThreadsDoNotOverwriteEachOther) {
  Job job = *Job::Create();
  const auto change = [&job](const Limits& limits, LimitKind kind) {
    for (int i = 0; i < 200; ++i) {
      EXPECT_FALSE(job.SetLimits(limits));
      EXPECT_TRUE(*job.Has(kind));
      EXPECT_FALSE(job.ResetLimits({kind}));
      EXPECT_FALSE(*job.Has(kind));
    }
    EXPECT_FALSE(job.SetLimits(limits));
  };
  std::thread other([&] { change({.active_processes = 3}, LimitKind::kActiveProcesses); });
  change({.job_memory = Bytes(kPage)}, LimitKind::kJobMemory);
  other.join();
  EXPECT_EQ(*job.QueryLimits(), (Limits{.job_memory = Bytes(kPage), .active_processes = 3}));
}

TEST_F(LimitsTest, FlagsThatTheLibraryDoesNotKnowAreKept) {
  Job job = *Job::Create("flags");
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  info.BasicLimitInformation.LimitFlags = abi::kLimitBreakawayOk | abi::kLimitSilentBreakawayOk;
  ASSERT_FALSE(Set(job.raw(), info));
  EXPECT_EQ(job.QueryLimits()->breakaway, Breakaway::kSilent) << "the one that goes further";
  ASSERT_FALSE(job.SetLimits({.active_processes = 1}));
  EXPECT_EQ(fake::LimitFlags("flags"),
            abi::kLimitBreakawayOk | abi::kLimitSilentBreakawayOk | abi::kLimitActiveProcess);
}

}  // namespace
}  // namespace winjob
