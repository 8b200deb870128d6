// The contract of rates: processor, network, disk.
#include "tests/contract/fixture.h"

namespace winjob::contract {
namespace {

using Cpu = abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION;
using Net = abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION;

constexpr std::uint32_t kOn = abi::kCpuRateEnable;
constexpr std::uint32_t kCap = kOn | abi::kCpuRateHardCap;
constexpr std::uint32_t kWeight = kOn | abi::kCpuRateWeightBased;
constexpr std::uint32_t kRange = kOn | abi::kCpuRateMinMax;

constexpr std::uint32_t Range(std::uint32_t min, std::uint32_t max) { return max << 16 | min; }

class CpuRateContract : public Contract {
 protected:
  void SetUp() override {
    Contract::SetUp();
    WINJOB_NEEDS(Lacking(abi::InfoClass::kCpuRateControl));
  }
  static std::error_code SetCpu(const Job& job, std::uint32_t flags, std::uint32_t value) {
    Cpu info{};
    info.ControlFlags = flags;
    info.CpuRate = value;
    return Set(job.raw(), info);
  }
};
class NetRateContract : public Contract {
 protected:
  void SetUp() override {
    Contract::SetUp();
    WINJOB_NEEDS(Lacking(abi::InfoClass::kNetRateControl));
  }
  static constexpr Net kSlow = {1000, abi::kNetRateEnable | abi::kNetRateMaxBandwidth, 0};
};
class IoRateContract : public Contract {
 protected:
  void SetUp() override {
    Contract::SetUp();
    WINJOB_NEEDS(Lacking(NewJob(), LimitKind::kIo));
  }
  static std::vector<IoRate> Rates(const Job& job) {
    std::vector<IoRate> rates;
    EXPECT_FALSE(kernel::QueryIoRates(job.raw(), rates));
    return rates;
  }
};

struct CpuForm {
  const char* name;
  std::uint32_t flags;
  std::uint32_t value;
};
std::string NameOf(const testing::TestParamInfo<CpuForm>& form) { return form.param.name; }

class CpuForms : public CpuRateContract, public testing::WithParamInterface<CpuForm> {};
// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_cpu_rate_control_information
INSTANTIATE_TEST_SUITE_P(Cpu, CpuForms,
                         testing::Values(CpuForm{"HardCap", kCap, 500}, CpuForm{"SoftCap", kOn, 10'000},
                                         CpuForm{"LeastCap", kCap, 1}, CpuForm{"LeastWeight", kWeight, 1},
                                         CpuForm{"MostWeight", kWeight, 9},
                                         CpuForm{"MinAndMax", kRange, Range(500, 1000)},
                                         CpuForm{"Notified", kCap | abi::kCpuRateNotify, 700}),
                         NameOf);

// go-winjob, limits_test.go: TestLimits_CPULimit
TEST_P(CpuForms, IsReadBackAndSwitchedOff) {
  const Job& job = NewJob();
  const std::error_code error = SetCpu(job, GetParam().flags, GetParam().value);
  if (On("linux") && error == Win32Error::kNotSupported) GTEST_SKIP() << "linux: has no such form of a CPU rate";
  ASSERT_FALSE(error);
  Cpu back{};
  ASSERT_FALSE(Query(job.raw(), back));
  EXPECT_EQ(back.ControlFlags, GetParam().flags);
  EXPECT_EQ(back.CpuRate, GetParam().value);
  ASSERT_FALSE(SetCpu(job, 0, 0));
  ASSERT_FALSE(Query(job.raw(), back));
  EXPECT_EQ(back.ControlFlags, 0U);
}

class ImpossibleCpuForms : public CpuRateContract, public testing::WithParamInterface<CpuForm> {};
// As above
INSTANTIATE_TEST_SUITE_P(Cpu, ImpossibleCpuForms,
                         testing::Values(CpuForm{"ARateOfZero", kCap, 0}, CpuForm{"ASoftRateOfZero", kOn, 0},
                                         CpuForm{"MoreThanAll", kCap, 10'001}, CpuForm{"AWeightOfZero", kWeight, 0},
                                         CpuForm{"AWeightOfTen", kWeight, 10},
                                         CpuForm{"ARangeUpsideDown", kRange, Range(2, 1)},
                                         CpuForm{"ARangeOverAll", kRange, Range(1, 10'001)},
                                         CpuForm{"ARangeOfNothing", kRange, 0},
                                         CpuForm{"ARangeWithAWeight", kRange | abi::kCpuRateWeightBased, 1},
                                         CpuForm{"ARangeWithAHardCap", kRange | abi::kCpuRateHardCap, Range(1, 2)},
                                         CpuForm{"ACapThatIsNotEnabled", abi::kCpuRateHardCap, 500},
                                         CpuForm{"AFlagThatIsNone", kCap | 0x20, 500}),
                         NameOf);

TEST_P(ImpossibleCpuForms, AreRefused) {
  const Job& job = NewJob();
  const std::error_code error = SetCpu(job, GetParam().flags, GetParam().value);
  EXPECT_TRUE(error == Win32Error::kInvalidParameter || (On("linux") && error == Win32Error::kNotSupported)) << error;
  Cpu back{};
  ASSERT_FALSE(Query(job.raw(), back));
  EXPECT_EQ(back.ControlFlags, 0U);
}

// fs-processes, issue 1
TEST_F(CpuRateContract, WhatWasNeverOnCannotBeSwitchedOff) {
  Job& job = NewJob();
  const std::error_code error = SetCpu(job, 0, 0);
  EXPECT_TRUE(error == Win32Error::kInvalidParameter || On("linux"));
  EXPECT_FALSE(job.ResetLimits({LimitKind::kCpu})) << "which the library knows";
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_cpu_rate_control_information
TEST_F(CpuRateContract, WhatJobsKeepFreeTogetherIsNoMoreThanThereIs) {
  const Job& first = NewJob();
  const Job& second = NewJob();
  const std::error_code error = SetCpu(first, kRange, Range(6000, 10'000));
  if (On("linux") && error == Win32Error::kNotSupported) GTEST_SKIP() << "linux: has no such form of a CPU rate";
  ASSERT_FALSE(error);
  EXPECT_EQ(SetCpu(second, kRange, Range(4001, 10'000)), Win32Error::kInvalidParameter);
  EXPECT_FALSE(SetCpu(second, kRange, Range(4000, 10'000)));
  EXPECT_FALSE(SetCpu(first, kRange, Range(5000, 10'000))) << "its own old share does not count";
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_net_rate_control_information
TEST_F(NetRateContract, OnlyOneJobOfAHierarchyHasOne) {
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  Run(kSleep, outer, inner);
  ASSERT_FALSE(Set(inner.raw(), kSlow));
  EXPECT_TRUE(Set(outer.raw(), kSlow)) << "an outer job";
  EXPECT_FALSE(Set(inner.raw(), kSlow)) << "the same job may change its own";
  EXPECT_FALSE(Set(NewJob().raw(), kSlow)) << "jobs apart";
  ASSERT_FALSE(Set(inner.raw(), Net{}));
  EXPECT_FALSE(Set(outer.raw(), kSlow));
  EXPECT_TRUE(Set(inner.raw(), kSlow)) << "an inner job";
}

// As above
TEST_F(NetRateContract, FlagsAndCodePointsHaveTheirBounds) {
  const Job& job = NewJob();
  EXPECT_EQ(Set(job.raw(), Net{1, 0x8 | abi::kNetRateEnable, 0}), Win32Error::kInvalidParameter) << "no such flag";
  EXPECT_EQ(Set(job.raw(), Net{1, abi::kNetRateMaxBandwidth, 0}), Win32Error::kInvalidParameter) << "not enabled";
  const std::uint32_t tagged = abi::kNetRateEnable | abi::kNetRateDscpTag;
  EXPECT_EQ(Set(job.raw(), Net{0, tagged, 0x40}), Win32Error::kInvalidParameter);
  EXPECT_FALSE(Set(job.raw(), Net{0, tagged, 0x3F}));
  EXPECT_FALSE(Set(job.raw(), Net{0, tagged, 0}));
}

// process-governor, procgov-lib
TEST_F(NetRateContract, WhatWasNeverOnCannotBeSwitchedOff) {
  Job& job = NewJob();
  EXPECT_EQ(Set(job.raw(), Net{}), Win32Error::kInvalidParameter);
  EXPECT_FALSE(job.ResetLimits({LimitKind::kNetwork})) << "which the library knows";
  ASSERT_FALSE(Set(job.raw(), kSlow));
  EXPECT_FALSE(Set(job.raw(), Net{}));
}

// https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-setioratecontrolinformationjobobject
TEST_F(IoRateContract, EachVolumeHasItsOwn) {
  const Job& job = NewJob();
  const IoRate all{"", 100, Bytes(0), 0};
  const IoRate first{"volume-1", 0, Bytes(5000), 7};
  if (kernel::SetIoRate(job.raw(), first)) GTEST_SKIP() << "this machine has no volume of the case's name";
  ASSERT_FALSE(kernel::SetIoRate(job.raw(), all));
  EXPECT_EQ(Rates(job), (std::vector{first, all}));
  ASSERT_FALSE(kernel::SetIoRate(job.raw(), {.volume = "volume-1", .max_iops = 3}));
  EXPECT_EQ(Rates(job).size(), 2U) << "a second rate for a volume takes the place of the first";
  ASSERT_FALSE(kernel::SetIoRate(job.raw(), {.volume = "volume-1"}));
  EXPECT_EQ(Rates(job), std::vector{all}) << "a rate of zeros takes it off";
}

// As above
TEST_F(IoRateContract, OnlyOneJobOfAHierarchyHasOne) {
  WINJOB_NEEDS(Lacking(Feature::kNestedJobs));
  WINJOB_NEEDS(On("linux") ? "linux: each job of a hierarchy may have one" : "");
  const Job& outer = NewJob();
  const Job& inner = NewJob();
  Run(kSleep, outer, inner);
  ASSERT_FALSE(kernel::SetIoRate(inner.raw(), {.volume = "", .max_iops = 50}));
  EXPECT_TRUE(kernel::SetIoRate(outer.raw(), {.volume = "", .max_iops = 60}));
  EXPECT_FALSE(kernel::SetIoRate(outer.raw(), {})) << "taking nothing off is no rate";
  ASSERT_FALSE(kernel::SetIoRate(inner.raw(), {}));
  EXPECT_FALSE(kernel::SetIoRate(outer.raw(), {.volume = "", .max_iops = 60}));
}

// As above
TEST_F(IoRateContract, AVolumeThatIsNotThereIsTold) {
  EXPECT_EQ(kernel::SetIoRate(NewJob().raw(), {.volume = "missing-volume", .max_iops = 5}), Win32Error::kFileNotFound);
}

}  // namespace
}  // namespace winjob::contract
