// The rules of each information class, as raw structures meet them: what the kernel refuses and what it keeps.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/fake_kernel/fixture.h"
#include "winjob/information.h"

namespace winjob {
namespace {

using ClassRulesTest = fake::FakeKernelTest;
using Basic = abi::JOBOBJECT_BASIC_LIMIT_INFORMATION;
using Cpu = abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION;
using Extended = abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION;
using Groups = abi::GROUP_AFFINITY;
using Net = abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION;
using Notification = abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION;
using Notification2 = abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2;
using Ui = abi::JOBOBJECT_BASIC_UI_RESTRICTIONS;

template <class Info>
void ExpectLengthMatters(const Job& job, bool settable) {
  constexpr std::uint32_t kExact = sizeof(Info);
  std::byte buffer[sizeof(Info) + 8] = {};
  for (const std::uint32_t size : {kExact - 1, kExact + 1}) {
    EXPECT_EQ(kernel::QueryInformation(job.raw(), Info::kClass, buffer, size), Win32Error::kBadLength);
    EXPECT_EQ(kernel::SetInformation(job.raw(), Info::kClass, buffer, size),
              settable ? Win32Error::kBadLength : Win32Error::kInvalidParameter);
  }
}

TEST_F(ClassRulesTest, OnlyTheExactLengthIsTaken) {
  const Job job = *Job::Create();
  ExpectLengthMatters<Basic>(job, true);
  ExpectLengthMatters<Extended>(job, true);
  ExpectLengthMatters<Ui>(job, true);
  ExpectLengthMatters<abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION>(job, true);
  ExpectLengthMatters<Cpu>(job, true);
  ExpectLengthMatters<Net>(job, true);
  ExpectLengthMatters<Notification>(job, true);
  ExpectLengthMatters<Notification2>(job, true);
  ExpectLengthMatters<abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION>(job, false);
  ExpectLengthMatters<abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2>(job, false);
  ExpectLengthMatters<abi::JOBOBJECT_MEMORY_USAGE_INFORMATION>(job, false);
  ExpectLengthMatters<abi::JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION>(job, false);
}

TEST_F(ClassRulesTest, EachClassNeedsItsRight) {
  const Job job = *Job::Create("rights");
  const Job reader = *Job::Open("rights", abi::kJobQuery);
  const Job writer = *Job::Open("rights", abi::kJobSetAttributes);
  Cpu cpu{};
  EXPECT_FALSE(Query(reader.raw(), cpu));
  EXPECT_EQ(Query(writer.raw(), cpu), Win32Error::kAccessDenied);
  EXPECT_EQ(Set(reader.raw(), Ui{}), Win32Error::kAccessDenied);
  EXPECT_FALSE(Set(writer.raw(), Ui{}));
}

TEST_F(ClassRulesTest, BasicLimitsTakeOnlyTheirOwnFlagsAndSwitchTheOthersOff) {
  const Job job = *Job::Create("basic");
  for (const std::uint32_t flag : {abi::kLimitProcessMemory, abi::kLimitKillOnJobClose, abi::kLimitSubsetAffinity}) {
    Basic basic{};
    basic.LimitFlags = flag;
    EXPECT_EQ(Set(job.raw(), basic), Win32Error::kInvalidParameter) << flag;
  }
  Extended extended{};
  extended.BasicLimitInformation.LimitFlags = abi::kLimitKillOnJobClose;
  ASSERT_FALSE(Set(job.raw(), extended));
  Basic basic{};
  basic.LimitFlags = abi::kLimitActiveProcess;
  basic.ActiveProcessLimit = 3;
  ASSERT_FALSE(Set(job.raw(), basic));
  EXPECT_EQ(fake::LimitFlags("basic"), abi::kLimitActiveProcess);
}

TEST_F(ClassRulesTest, ExtendedLimitsRefuseContradictionsAndValuesOutOfRange) {
  const Job job = *Job::Create();
  const struct {
    const char* name;
    void (*spoil)(Basic&);
  } cases[] = {
      {"a notification flag", [](Basic& b) { b.LimitFlags = abi::kLimitJobMemoryLow; }},
      {"both job times", [](Basic& b) { b.LimitFlags = abi::kLimitJobTime | abi::kLimitPreserveJobTime; }},
      {"no working set", [](Basic& b) { b.LimitFlags = abi::kLimitWorkingSet; }},
      {"a working set upside down",
       [](Basic& b) {
         b.LimitFlags = abi::kLimitWorkingSet;
         b.MinimumWorkingSetSize = 2;
         b.MaximumWorkingSetSize = 1;
       }},
      {"no processor", [](Basic& b) { b.LimitFlags = abi::kLimitAffinity; }},
      {"a processor that is not there",
       [](Basic& b) {
         b.LimitFlags = abi::kLimitAffinity;
         b.Affinity = 0x101;
       }},
      {"a subset of nothing", [](Basic& b) { b.LimitFlags = abi::kLimitSubsetAffinity; }},
      {"an unknown priority class", [](Basic& b) { b.LimitFlags = abi::kLimitPriorityClass; }},
      {"a scheduling class of 10",
       [](Basic& b) {
         b.LimitFlags = abi::kLimitSchedulingClass;
         b.SchedulingClass = 10;
       }},
  };
  for (const auto& [name, spoil] : cases) {
    Extended limits{};
    spoil(limits.BasicLimitInformation);
    EXPECT_EQ(Set(job.raw(), limits), Win32Error::kInvalidParameter) << name;
  }
}

TEST_F(ClassRulesTest, CpuRatesRefuseImpossibleFlagsAndValues) {
  const Job job = *Job::Create();
  const auto set = [&job](std::uint32_t flags, std::uint32_t value) {
    Cpu info{};
    info.ControlFlags = flags;
    info.CpuRate = value;
    return Set(job.raw(), info);
  };
  EXPECT_EQ(set(0, 0), Win32Error::kInvalidParameter) << "off, but it was never on";
  for (const auto& [flags, value] : {std::pair{0x20U, 1U},
                                     {0x4U, 1U},
                                     {0x1U, 0U},
                                     {0x5U, 0U},
                                     {0x5U, 10'001U},
                                     {0x3U, 0U},
                                     {0x3U, 10U},
                                     {0x13U, 1U},
                                     {0x15U, 1U},
                                     {0x11U, 0U},
                                     {0x11U, 0x0001'0002U},
                                     {0x11U, 0x2711'0001U}})
    EXPECT_EQ(set(flags, value), Win32Error::kInvalidParameter) << flags << " " << value;
  for (const auto& [flags, value] : {std::pair{0x5U, 500U}, {0x3U, 7U}, {0x11U, 0x03E8'01F4U}, {0x9U, 10'000U}})
    EXPECT_FALSE(set(flags, value)) << flags;
  EXPECT_FALSE(set(0, 0));
  EXPECT_EQ(set(0, 0), Win32Error::kInvalidParameter) << "off already";
}

TEST_F(ClassRulesTest, OnlyOneJobOfAHierarchyHasANetworkRate) {
  const Job outer = *Job::Create();
  const Job inner = *Job::Create();
  const Job apart = *Job::Create();
  const Process process = fake::StartIn(outer, inner);
  const Net on = {.MaxBandwidth = 1000, .ControlFlags = 0x3, .DscpTag = 0};
  ASSERT_FALSE(Set(inner.raw(), on));
  EXPECT_EQ(Set(outer.raw(), on), Win32Error::kInvalidParameter);
  EXPECT_FALSE(Set(inner.raw(), on)) << "the same job may change its own";
  EXPECT_FALSE(Set(apart.raw(), on));
  ASSERT_FALSE(Set(inner.raw(), Net{}));
  EXPECT_FALSE(Set(outer.raw(), on));
  EXPECT_EQ(Set(inner.raw(), on), Win32Error::kInvalidParameter);
}

TEST_F(ClassRulesTest, NetworkRatesRefuseImpossibleFlagsAndTags) {
  const Job job = *Job::Create();
  EXPECT_EQ(Set(job.raw(), Net{}), Win32Error::kInvalidParameter) << "off, but it was never on";
  EXPECT_EQ(Set(job.raw(), Net{1, 0x8, 0}), Win32Error::kInvalidParameter);
  EXPECT_EQ(Set(job.raw(), Net{1, 0x2, 0}), Win32Error::kInvalidParameter);
  EXPECT_EQ(Set(job.raw(), Net{0, 0x5, 0x40}), Win32Error::kInvalidParameter);
  EXPECT_FALSE(Set(job.raw(), Net{0, 0x5, 0x3F}));
}

TEST_F(ClassRulesTest, AJobWithUiRestrictionsCannotBeNested) {
  const Job outer = *Job::Create();
  const Job inner = *Job::Create();
  const Process process = fake::StartIn(outer);
  ASSERT_FALSE(Set(inner.raw(), Ui{abi::kUiDesktop}));
  EXPECT_EQ(inner.Assign(process), Win32Error::kAccessDenied);
  ASSERT_FALSE(Set(inner.raw(), Ui{}));
  ASSERT_FALSE(inner.Assign(process));
  EXPECT_EQ(Set(inner.raw(), Ui{abi::kUiDesktop}), Win32Error::kAccessDenied);
  EXPECT_EQ(Set(outer.raw(), Ui{abi::kUiDesktop}), Win32Error::kAccessDenied);
  EXPECT_EQ(Set(outer.raw(), Ui{0x400}), Win32Error::kInvalidParameter);
}

TEST_F(ClassRulesTest, TheEndOfJobTimeHasTwoActions) {
  const Job job = *Job::Create();
  EXPECT_FALSE(Set(job.raw(), abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION{1}));
  EXPECT_EQ(Set(job.raw(), abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION{2}), Win32Error::kInvalidParameter);
}

TEST_F(ClassRulesTest, GroupsAreAListThatMustFit) {
  const Job job = *Job::Create();
  Groups groups[3] = {};
  const auto query = [&](std::uint32_t size) {
    return kernel::QueryInformation(job.raw(), abi::InfoClass::kGroupEx, groups, size);
  };
  const auto set = [&](std::uint32_t size) {
    return kernel::SetInformation(job.raw(), abi::InfoClass::kGroupEx, groups, size);
  };
  EXPECT_EQ(query(16), Win32Error::kInsufficientBuffer);
  EXPECT_EQ(query(17), Win32Error::kBadLength);
  ASSERT_FALSE(query(48));
  EXPECT_EQ(groups[0].Mask, 0xFFU) << "never set: all processors of each group";
  EXPECT_EQ(groups[1].Group, 1U);
  EXPECT_EQ(groups[2].Mask, 0U);

  groups[0] = {0x1, 0, {}};
  EXPECT_FALSE(set(16));
  std::memset(groups, 0, sizeof(groups));
  ASSERT_FALSE(query(48));
  EXPECT_EQ(groups[0].Mask, 1U);
  EXPECT_EQ(groups[1].Mask, 0U) << "exactly that one";
  EXPECT_FALSE(set(0));
  EXPECT_EQ(query(16), Win32Error::kInsufficientBuffer) << "the default again";
  groups[0] = {0x1, 0, {0, 1, 0}};
  EXPECT_EQ(set(16), Win32Error::kInvalidParameter) << "reserved";
}

TEST_F(ClassRulesTest, NotificationLimitsTakeOnlyTheirOwnFlagsAndLevels) {
  const Job job = *Job::Create();
  Notification older{};
  older.LimitFlags = abi::kLimitJobMemoryLow;
  EXPECT_EQ(Set(job.raw(), older), Win32Error::kInvalidParameter);
  Notification2 newer{};
  newer.LimitFlags = abi::kLimitKillOnJobClose;
  EXPECT_EQ(Set(job.raw(), newer), Win32Error::kInvalidParameter);
  newer.LimitFlags = abi::kLimitNetRateControl;
  newer.NetRateControlTolerance = 4;
  EXPECT_EQ(Set(job.raw(), newer), Win32Error::kInvalidParameter);
  newer.NetRateControlTolerance = 3;
  EXPECT_FALSE(Set(job.raw(), newer));
}

}  // namespace
}  // namespace winjob
