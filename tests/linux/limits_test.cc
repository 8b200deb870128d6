// Limits on Linux: the one that is held is read back, every other is refused by name, and nothing is shown that is not
// in force.
#include "tests/linux/support.h"
#include "winjob/capability.h"
#include "winjob/job.h"
#include "winjob/limit_table.h"

namespace winjob::linux_test {
namespace {

class LinuxLimits : public CoreTest {};

// Every limit but kill_on_close, alone.
std::vector<Limits> OtherLimits() {
  const Limits all = {.job_memory = Bytes(1 << 20),
                      .process_memory = Bytes(1 << 20),
                      .active_processes = 3,
                      .job_user_time = Ticks(1),
                      .process_user_time = Ticks(1),
                      .working_set = WorkingSet{Bytes(4096), Bytes(8192)},
                      .affinity = AffinityMask{1},
                      .priority_class = PriorityClass::kIdle,
                      .scheduling_class = SchedulingClass::From(1),
                      .die_on_unhandled_exception = true,
                      .breakaway = Breakaway::kOk,
                      .group_affinity = {{GroupMask{0, 1}}},
                      .end_of_job_time = EndOfJobTime::kPost,
                      .ui = UiRestrictions{1},
                      .cpu = CpuLimit{*CpuWeight::From(5), false},
                      .network = NetworkLimit{Bytes(1000), {}},
                      .io = {{IoRate{"", 1, {}, 0}}}};
  std::vector<Limits> each;
  for (const LimitKind kind : Kinds(all)) {
    Limits alone;
    RowOf(kind).copy(all, alone);
    each.push_back(alone);
  }
  return each;
}

TEST_F(LinuxLimits, WhatCannotBeHeldIsRefusedByNameAndNothingIsInForce) {
  Job job = *Job::Create(UniqueName());
  for (const Limits& limits : OtherLimits()) {
    const LimitError error = job.SetLimits(limits);
    EXPECT_EQ(error.error, Win32Error::kNotSupported) << Describe(error);
    EXPECT_EQ(error.limits, Kinds(limits)) << Describe(error);
  }
  EXPECT_EQ(Describe(job.SetLimits({.job_memory = Bytes(1 << 20), .kill_on_close = true})),
            "job_memory: this kernel cannot enforce it: not supported (50)");
  EXPECT_EQ(*job.QueryLimits(), Limits());
  EXPECT_FALSE(job.ResetLimits(AllKinds()));
}

TEST_F(LinuxLimits, KillOnCloseIsSetReadBackAndReset) {
  Job job = *Job::Create(UniqueName());
  ASSERT_FALSE(job.SetLimits({.kill_on_close = true}));
  EXPECT_EQ(*job.QueryLimits(), Limits{.kill_on_close = true});
  ASSERT_FALSE(job.ResetLimits(AllKinds()));
  EXPECT_EQ(*job.QueryLimits(), Limits());
}

TEST_F(LinuxLimits, NotificationLimitsAreNotSupported) {
  Job job = *Job::Create(UniqueName());
  EXPECT_EQ(job.SetNotificationLimits({.read_bytes = Bytes(1)}).error, Win32Error::kNotSupported);
  EXPECT_EQ(job.QueryNotificationLimits().error(), Win32Error::kNotSupported);
  EXPECT_EQ(job.QueryViolations().error(), Win32Error::kNotSupported);
}

TEST_F(LinuxLimits, WhatIsNotCountedIsAbsent) {
  const Job job = *Job::Create(UniqueName());
  MemoryUsage memory;
  ASSERT_FALSE(job.QueryMemory(memory));
  EXPECT_EQ(memory, MemoryUsage());
  EXPECT_EQ(job.QueryExtendedCounters().error(), Win32Error::kNotSupported);
}

TEST_F(LinuxLimits, AClassWithoutACounterpartIsRefusedAndAnUnknownOneToo) {
  const TestJob job;
  std::uint64_t buffer[64] = {};
  for (const auto number : {abi::InfoClass::kCpuRateControl, abi::InfoClass::kGroup, abi::InfoClass::kMemoryUsage}) {
    EXPECT_EQ(kernel::QueryInformation(job.raw(), number, buffer, 16), Win32Error::kNotSupported);
    EXPECT_EQ(kernel::SetInformation(job.raw(), number, buffer, 16), Win32Error::kNotSupported);
  }
  for (const auto number : {abi::InfoClass{5}, abi::InfoClass{99}}) {
    EXPECT_EQ(kernel::QueryInformation(job.raw(), number, buffer, 16), Win32Error::kInvalidParameter);
    EXPECT_EQ(kernel::SetInformation(job.raw(), number, buffer, 16), Win32Error::kInvalidParameter);
  }
}

TEST_F(LinuxLimits, AProbeFindsTheClassesThatWork) {
  const Capabilities found = *Capabilities::Probe();
  for (const ProbedClass& probed : kProbedClasses) {
    const bool works =
        probed.number == abi::InfoClass::kBasicAccounting || probed.number == abi::InfoClass::kBasicAndIoAccounting ||
        probed.number == abi::InfoClass::kBasicLimit || probed.number == abi::InfoClass::kExtendedLimit ||
        probed.number == abi::InfoClass::kBasicProcessIdList;
    EXPECT_EQ(found.Has(probed.number), works) << probed.name;
  }
  EXPECT_GT(kernel::ProcessorCount(), 0U);
}

}  // namespace
}  // namespace winjob::linux_test
