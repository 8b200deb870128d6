#include "winjob/capability.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/fake_kernel/fixture.h"
#include "winjob/job.h"

namespace winjob {
namespace {

using CapabilityTest = fake::FakeKernelTest;

TEST_F(CapabilityTest, TheTableHasEachClassAndNameOnce) {
  std::set<abi::InfoClass> numbers;
  std::set<std::string_view> names;
  for (const ProbedClass& probed : kProbedClasses) {
    EXPECT_TRUE(numbers.insert(probed.number).second) << probed.name;
    EXPECT_TRUE(names.insert(probed.name).second) << probed.name;
  }
}

TEST_F(CapabilityTest, AProbeFindsEveryClassThatTheKernelHasAndNoOther) {
  const Result<Capabilities> all = Capabilities::Probe();
  ASSERT_TRUE(all);
  for (const ProbedClass& probed : kProbedClasses) EXPECT_TRUE(all->Has(probed.number)) << probed.name;
  for (const ProbedClass& missing : kProbedClasses) {
    fake::Reset();
    fake::LackClass(missing.number);
    const Capabilities found = *Capabilities::Probe();
    for (const ProbedClass& probed : kProbedClasses)
      EXPECT_EQ(found.Has(probed.number), probed.number != missing.number) << probed.name;
  }
}

TEST_F(CapabilityTest, TheAnswersThatMeanKnown) {
  const struct {
    Win32Error answer;
    bool known;
  } cases[] = {{Win32Error::kBadLength, true},          {Win32Error::kMoreData, true},
               {Win32Error::kInsufficientBuffer, true}, {Win32Error::kInvalidParameter, false},
               {Win32Error::kInvalidFunction, false},   {Win32Error::kNotSupported, false},
               {Win32Error::kAccessDenied, false}};
  for (const auto& [answer, known] : cases) {
    fake::FailNext(fake::Call::kQueryInformation, answer);
    EXPECT_EQ(Capabilities::Probe()->Has(kProbedClasses.front().number), known) << static_cast<int>(answer);
  }
}

TEST_F(CapabilityTest, AProbeTouchesAJobOfItsOwnAndLeavesNone) {
  Job job = *Job::Create("frozen");
  ASSERT_FALSE(job.SetFrozen(true));
  const unsigned sets = fake::Calls(fake::Call::kSetInformation);
  const unsigned jobs = fake::Calls(fake::Call::kCreateJob);
  ASSERT_TRUE(Capabilities::Probe());
  EXPECT_TRUE(fake::Frozen("frozen"));
  EXPECT_EQ(fake::Calls(fake::Call::kSetInformation), sets + 2) << "freeze and the peak can only be set";
  EXPECT_EQ(fake::Calls(fake::Call::kCreateJob), jobs + 1);
  EXPECT_EQ(fake::OpenHandles(), 1U) << "that of the frozen job";
}

}  // namespace
}  // namespace winjob
