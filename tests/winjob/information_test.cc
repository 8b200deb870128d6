#include "winjob/information.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "tests/fake_kernel/fixture.h"
#include "winjob/job.h"

namespace winjob {
namespace {

using InformationTest = fake::FakeKernelTest;

struct NoClass {
  int number;
};
static_assert(!JobInformation<NoClass>);
static_assert(!JobInformation<abi::JOBOBJECT_BASIC_PROCESS_ID_LIST>, "its size is not that of its type");
static_assert(JobInformation<abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION>);

// The fake, as Windows, refuses every size but the exact one of the class, so success proves both.
template <class Info>
void ExpectReadable(const Job& job) {
  Info info;
  std::memset(&info, 0xAA, sizeof(info));
  EXPECT_FALSE(Query(job.raw(), info)) << static_cast<int>(Info::kClass);
}

TEST_F(InformationTest, ReadsEachClassWithItsOwnSize) {
  const Job job = *Job::Create();
  ExpectReadable<abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION>(job);
  ExpectReadable<abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION>(job);
  ExpectReadable<abi::JOBOBJECT_BASIC_LIMIT_INFORMATION>(job);
  ExpectReadable<abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION>(job);
}

TEST_F(InformationTest, WhatIsSetIsReadBack) {
  const Job job = *Job::Create();
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION set{};
  set.BasicLimitInformation.LimitFlags = abi::kLimitBreakawayOk;
  set.BasicLimitInformation.Affinity = 2;
  set.JobMemoryLimit = 3;
  ASSERT_FALSE(Set(job.raw(), set));
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION read{};
  ASSERT_FALSE(Query(job.raw(), read));
  EXPECT_EQ(std::memcmp(&set, &read, sizeof(set)), 0);
}

TEST_F(InformationTest, PassesTheKernelsRefusalOn) {
  const Job reader = [] {
    const Job job = *Job::Create("read-only");
    return *Job::Open("read-only");
  }();
  EXPECT_EQ(Set(reader.raw(), abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}), Win32Error::kAccessDenied);
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  EXPECT_EQ(Query(nullptr, limits), Win32Error::kInvalidHandle);
}

}  // namespace
}  // namespace winjob
