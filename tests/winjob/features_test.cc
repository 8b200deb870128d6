#include "winjob/features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/fake_kernel/fixture.h"

namespace winjob {
namespace {

using FeaturesTest = fake::FakeKernelTest;
using Names = std::set<std::string>;

Names Lacking() {
  Names names;
  const Result<std::vector<Feature>> features = ProbeFeatures();
  EXPECT_TRUE(features);
  if (features)
    for (const Feature& feature : *features)
      if (!feature.has) names.insert(feature.name);
  return names;
}

TEST_F(FeaturesTest, AKernelThatHasAllLacksNothing) { EXPECT_EQ(Lacking(), Names{}); }

TEST_F(FeaturesTest, EachThingThatAKernelLacksIsAFeatureOfItsOwn) {
  const struct {
    abi::InfoClass missing;
    Names lacking;
  } kCases[] = {
      {abi::InfoClass::kGroupEx, {"limits.group_affinity"}},
      {abi::InfoClass::kEndOfJobTime, {"limits.end_of_job_time"}},
      {abi::InfoClass::kBasicUiRestrictions, {"limits.ui"}},
      {abi::InfoClass::kCpuRateControl, {"limits.cpu"}},
      {abi::InfoClass::kNetRateControl, {"limits.network"}},
      {abi::InfoClass::kNotificationLimit2, {"notify.job_memory_low", "notify.io_rate", "notify.net_rate"}},
      {abi::InfoClass::kExtendedAccounting, {"extended_accounting"}},
      {abi::InfoClass::kFreeze, {"freeze"}},
      {abi::InfoClass::kClearPeakJobMemory, {"peak_memory_reset"}},
  };
  for (const auto& [missing, lacking] : kCases) {
    fake::Reset();
    fake::LackClass(missing);
    EXPECT_EQ(Lacking(), lacking) << static_cast<unsigned>(missing);
  }
}

TEST_F(FeaturesTest, CountersEventsAndLimitFlagsAreThoseOfItsSupport) {
  kernel::Support support = fake::kFullSupport;
  support.counters &= ~(kernel::kPageFaults | kernel::kOtherBytes | kernel::kPeakProcessMemory);
  support.messages &= ~(1U << abi::kMsgAbnormalExitProcess);
  support.limits &= ~(abi::kLimitJobTime | abi::kLimitSilentBreakawayOk);
  fake::SetSupport(support);
  EXPECT_EQ(Lacking(), (Names{"counters.page_faults", "counters.other_bytes", "counters.peak_process_memory",
                              "events.abnormal_exit_process", "limits.job_user_time", "limits.breakaway"}));
}

TEST_F(FeaturesTest, AListAndDiskRatesThatFailAreLacking) {
  fake::FailNext(fake::Call::kListJobs, Win32Error::kNotSupported);
  fake::FailNext(fake::Call::kQueryIoRates, Win32Error::kNotSupported);
  EXPECT_EQ(Lacking(), (Names{"job_list", "limits.io"}));
}

TEST_F(FeaturesTest, WithoutAJobNothingIsKnownAndNothingIsLeft) {
  ASSERT_TRUE(ProbeFeatures());
  EXPECT_EQ(fake::OpenHandles(), 0U);
  fake::FailNext(fake::Call::kCreateJob, Win32Error::kAccessDenied);
  EXPECT_EQ(ProbeFeatures().error(), Win32Error::kAccessDenied);
  fake::FailNext(fake::Call::kCreateJob, Win32Error::kAccessDenied, 1);
  EXPECT_EQ(ProbeFeatures().error(), Win32Error::kAccessDenied);
}

}  // namespace
}  // namespace winjob
