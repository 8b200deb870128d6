// The contract of limits with a class of their own that are no rates: user interface, processor groups, end of time.
#include <array>
#include <cstring>

#include "tests/contract/fixture.h"

namespace winjob::contract {
namespace {

class UiContract : public Contract {
 protected:
  void SetUp() override {
    Contract::SetUp();
    WINJOB_NEEDS(Lacking(abi::InfoClass::kBasicUiRestrictions));
  }
};
class GroupContract : public Contract {
 protected:
  void SetUp() override {
    Contract::SetUp();
    WINJOB_NEEDS(Lacking(abi::InfoClass::kGroupEx));
  }
  using Entry = abi::GROUP_AFFINITY;
  template <std::size_t kRoom>
  static std::error_code Read(const Job& job, std::array<Entry, kRoom>& entries) {
    entries = {};
    return kernel::QueryInformation(job.raw(), abi::InfoClass::kGroupEx, entries.data(), sizeof(entries));
  }
  static std::error_code Write(const Job& job, std::span<const Entry> entries) {
    return kernel::SetInformation(job.raw(), abi::InfoClass::kGroupEx, entries.data(),
                                  static_cast<std::uint32_t>(entries.size_bytes()));
  }
};
using EndOfTimeContract = Contract;
using Ui = abi::JOBOBJECT_BASIC_UI_RESTRICTIONS;
using EndOfTime = abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION;

constexpr std::uint32_t kClassicUi = 0xFF;

// Chromium, sandbox/win/src/job_unittest.cc: TestExceptions
TEST_F(UiContract, EachRestrictionCanBeExceptedFromAllOthers) {
  const Job& job = NewJob();
  for (std::uint32_t bit = 1; bit <= abi::kUiExitWindows; bit <<= 1) {
    ASSERT_FALSE(Set(job.raw(), Ui{kClassicUi & ~bit}));
    Ui back{};
    ASSERT_FALSE(Query(job.raw(), back));
    EXPECT_EQ(back.UIRestrictionsClass, kClassicUi & ~bit);
  }
  EXPECT_FALSE(Set(job.raw(), Ui{0})) << "and none is left";
}

// ReactOS, ntoskrnl/ps/job.c
TEST_F(UiContract, AnUnknownRestrictionIsRefused) {
  EXPECT_EQ(Set(NewJob().raw(), Ui{0x400}), Win32Error::kInvalidParameter);
}

// https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-assignprocesstojobobject
TEST_F(UiContract, ARestrictedJobCannotBecomeTheInnerOne) {
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  const Process& process = Run(kSleep, outer);
  ASSERT_FALSE(Set(inner.raw(), Ui{abi::kUiDesktop}));
  EXPECT_TRUE(inner.Assign(process));
  ASSERT_FALSE(Set(inner.raw(), Ui{0}));
  EXPECT_FALSE(inner.Assign(process));
}

// As above
TEST_F(UiContract, ARestrictedJobCannotBecomeTheOuterOne) {
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  const Process& process = Run(kSleep, outer);
  ASSERT_FALSE(Set(outer.raw(), Ui{abi::kUiDesktop}));
  EXPECT_TRUE(inner.Assign(process));
  EXPECT_FALSE(Must(inner.Contains(process)));
}

// As above
TEST_F(UiContract, ANestedJobCannotBeRestricted) {
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  Run(kSleep, outer, inner);
  EXPECT_TRUE(Set(inner.raw(), Ui{abi::kUiDesktop}));
  EXPECT_TRUE(Set(outer.raw(), Ui{abi::kUiDesktop}));
}

// hcsshim: TestGetCPUGroupAffinitiesNoAffinitySet
TEST_F(GroupContract, WithoutAnAffinityTheSystemsOwnIsTold) {
  std::array<Entry, 64> entries;
  ASSERT_FALSE(Read(NewJob(), entries));
  EXPECT_EQ(entries[0].Mask == 0U, On("linux")) << "linux tells what was set and no more";
}

// hcsshim: TestSetCPUGroupAffinitiesRoundtrip
TEST_F(GroupContract, TheGroupThatIsSetIsToldAndNoOther) {
  const Job& job = NewJob();
  const Entry one[] = {{1, 0, {}}};
  ASSERT_FALSE(Write(job, one));
  std::array<Entry, 64> entries;
  ASSERT_FALSE(Read(job, entries));
  EXPECT_EQ(entries[0].Mask, 1U);
  EXPECT_EQ(entries[0].Group, 0U);
  EXPECT_EQ(entries[1].Mask, 0U);
}

// process-governor, procgov-lib
TEST_F(GroupContract, AnEmptySetBringsTheDefaultBack) {
  const Job& job = NewJob();
  std::array<Entry, 64> before, after;
  ASSERT_FALSE(Read(job, before));
  const Entry one[] = {{1, 0, {}}};
  ASSERT_FALSE(Write(job, one));
  ASSERT_FALSE(Write(job, {}));
  ASSERT_FALSE(Read(job, after));
  EXPECT_EQ(std::memcmp(&before, &after, sizeof(before)), 0);
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-group_affinity
TEST_F(GroupContract, ReservedFieldsMustBeZeroAndGroupsMustExist) {
  const Job& job = NewJob();
  const Entry reserved[] = {{1, 0, {0, 1, 0}}};
  const Entry missing[] = {{1, 999, {}}};
  const Entry empty[] = {{0, 0, {}}};
  for (const auto& entries : {std::span(reserved), std::span(missing), std::span(empty)})
    EXPECT_EQ(Write(job, entries), Win32Error::kInvalidParameter);
}

// hcsshim and process-governor grow their buffers on it
TEST_F(GroupContract, TooLittleRoomIsAnInsufficientBuffer) {
  const Job& job = NewJob();
  std::array<Entry, 1> one;
  std::array<Entry, 2> two;
  if (!Read(job, one)) {
    EXPECT_FALSE(Read(job, two)) << "a machine of one group";
    return;
  }
  EXPECT_EQ(Read(job, one), Win32Error::kInsufficientBuffer);
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_end_of_job_time_information
TEST_F(EndOfTimeContract, TerminationIsTheDefaultAndThereAreTwoActions) {
  WINJOB_NEEDS(Lacking(abi::InfoClass::kEndOfJobTime));
  const Job& job = NewJob();
  EndOfTime info{9};
  ASSERT_FALSE(Query(job.raw(), info));
  EXPECT_EQ(info.EndOfJobTimeAction, abi::kTerminateAtEndOfJob);
  ASSERT_FALSE(Set(job.raw(), EndOfTime{abi::kPostAtEndOfJob}));
  ASSERT_FALSE(Query(job.raw(), info));
  EXPECT_EQ(info.EndOfJobTimeAction, abi::kPostAtEndOfJob);
  EXPECT_EQ(Set(job.raw(), EndOfTime{2}), Win32Error::kInvalidParameter);
}

}  // namespace
}  // namespace winjob::contract
