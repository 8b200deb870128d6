// Limits at level full: those that are held are read back as they were set and can be taken off, every other is refused
// with its name and the reason, and nothing is shown that is not in force.
#include <gmock/gmock.h>

#include "tests/linux/support.h"
#include "winjob/capability.h"
#include "winjob/job.h"
#include "winjob/limit_table.h"

namespace winjob::linux_test {
namespace {

class LinuxLimits : public FullTest {};

// Every limit that is held, with a number of its own.
Limits HeldLimits() {
  return {.job_memory = Bytes(512 << 20),
          .process_memory = Bytes(384 << 20),
          .active_processes = 31,
          .job_user_time = Ticks(71'000'000'000),
          .process_user_time = Ticks(72'000'000'000),
          .affinity = AffinityMask{1},
          .subset_affinity = true,
          .priority_class = PriorityClass::kBelowNormal,
          .scheduling_class = SchedulingClass::From(7),
          .die_on_unhandled_exception = true,
          .kill_on_close = true,
          .end_of_job_time = EndOfJobTime::kPost,
          .cpu = CpuLimit{CpuCap{*CpuRate::FromHundredths(4321), true}, false},
          .io = {{IoRate{"/", 1234, Bytes(5'678'901), 0}}}};
}

// Each of them alone; the subset needs what it is of.
std::vector<Limits> Each(const Limits& all) {
  std::vector<Limits> each;
  for (const LimitKind kind : Kinds(all)) {
    Limits alone;
    RowOf(kind).copy(all, alone);
    if (alone.subset_affinity) alone.affinity = all.affinity;
    each.push_back(alone);
  }
  return each;
}

TEST_F(LinuxLimits, EachIsSetReadBackAndTakenOffAlone) {
  std::vector<Limits> each = Each(HeldLimits());
  each.push_back({.cpu = CpuLimit{*CpuWeight::From(8), false}});
  each.push_back({.group_affinity = {{GroupMask{0, 1}}}});
  for (const Limits& limits : each) {
    Job job = *Job::Create(UniqueName());
    const LimitError error = job.SetLimits(limits);
    ASSERT_FALSE(error) << Describe(error);
    EXPECT_EQ(*job.QueryLimits(), limits) << RowOf(Kinds(limits).front()).name;
    ASSERT_FALSE(job.ResetLimits(Kinds(limits)));
    EXPECT_EQ(*job.QueryLimits(), Limits());
  }
}

TEST_F(LinuxLimits, AllAreSetTogetherAndTakenOffTogether) {
  Job job = *Job::Create(UniqueName());
  const LimitError error = job.SetLimits(HeldLimits());
  ASSERT_FALSE(error) << Describe(error);
  EXPECT_EQ(*job.QueryLimits(), HeldLimits());
  ASSERT_FALSE(job.SetLimits({.active_processes = 32}));
  Limits changed = HeldLimits();
  changed.active_processes = 32;
  EXPECT_EQ(*job.QueryLimits(), changed);
  ASSERT_FALSE(job.ResetLimits(AllKinds()));
  EXPECT_EQ(*job.QueryLimits(), Limits());
}

TEST_F(LinuxLimits, AnotherHolderReadsThem) {
  const std::string name = UniqueName();
  // Forked before there are limits: they keep a thread at work, and a copy without it might find its locks taken.
  OtherProgram other([&] {
    Job job = *Job::Open(name, abi::kJobAllAccess);
    const Limits limits = *job.QueryLimits();
    return limits == Limits{.job_memory = Bytes(96 << 20), .active_processes = 17} &&
           !job.SetLimits({.active_processes = 18});
  });
  Job job = *Job::Create(name);
  ASSERT_FALSE(job.SetLimits({.job_memory = Bytes(96 << 20), .active_processes = 17}));
  EXPECT_TRUE(other.Go());
  EXPECT_EQ(job.QueryLimits()->active_processes, 18U);
}

struct Refused {
  Limits limits;
  std::string_view reason;
};

TEST_F(LinuxLimits, WhatCannotBeHeldIsRefusedByNameAndReason) {
  const CpuRate half = *CpuRate::FromPercent(50);
  const Refused kRefused[] = {
      {{.working_set = WorkingSet{Bytes(4096), Bytes(8192)}}, "not of each process"},
      {{.breakaway = Breakaway::kOk}, "every child of a member is a member"},
      {{.breakaway = Breakaway::kSilent}, "every child of a member is a member"},
      {{.ui = UiRestrictions{1}}, "no user interface"},
      {{.cpu = CpuLimit{CpuCap{half, false}, false}}, "no soft cap"},
      {{.cpu = CpuLimit{CpuCap{half, true}, true}}, "does not tell when a cap is exceeded"},
      {{.cpu = CpuLimit{CpuRange{*CpuRate::FromPercent(10), half}, false}}, "keeps processor time free"},
      {{.cpu = CpuLimit{CpuCap{*CpuRate::FromHundredths(1), true}, false}}, "too small for Linux"},
      {{.network = NetworkLimit{Bytes(1000), {}}}, "no controller of Linux bounds network traffic"},
      {{.io = {{IoRate{"", 1, {}, 0}}}}, "a volume has to be named"},
      {{.io = {{IoRate{"/", 1, {}, 7}}}}, "keeps disk operations free"},
  };
  Job job = *Job::Create(UniqueName());
  for (const Refused& refused : kRefused) {
    Limits with_another = refused.limits;
    with_another.active_processes = 9;
    for (const Limits& limits : {refused.limits, with_another}) {
      const LimitError error = job.SetLimits(limits);
      EXPECT_EQ(error.error, Win32Error::kNotSupported) << Describe(error);
      EXPECT_EQ(error.limits, Kinds(refused.limits)) << Describe(error);
      EXPECT_THAT(Describe(error), ::testing::HasSubstr(refused.reason));
      EXPECT_EQ(*job.QueryLimits(), Limits()) << "nothing may be set then";
    }
  }
}

TEST_F(LinuxLimits, ValuesThatMeanNothingHereAreRefused) {
  Job job = *Job::Create(UniqueName());
  const std::uint64_t beyond = std::uint64_t{1} << 63;  // a processor that this machine does not have
  if (kernel::ProcessorCount() < 64) {
    EXPECT_EQ(job.SetLimits({.affinity = AffinityMask{beyond}}).error, Win32Error::kInvalidParameter);
    EXPECT_EQ(job.SetLimits({.group_affinity = {{GroupMask{1, 1}}}}).error, Win32Error::kInvalidParameter);
  }
  EXPECT_EQ(job.SetLimits({.io = {{IoRate{"/no/such/volume", 1, {}, 0}}}}).error, Win32Error::kFileNotFound);
  EXPECT_EQ(job.SetLimits({.io = {{IoRate{"/proc", 1, {}, 0}}}}).error, Win32Error::kFileNotFound);  // on no disk
  EXPECT_EQ(*job.QueryLimits(), Limits());
}

TEST_F(LinuxLimits, ThresholdsOfRatesAreNotSupported) {
  Job job = *Job::Create(UniqueName());
  for (const NotificationLimits& limits :
       {NotificationLimits{.cpu_rate = RateTolerance()}, NotificationLimits{.io_rate = RateTolerance()},
        NotificationLimits{.net_rate = RateTolerance()}})
    EXPECT_EQ(job.SetNotificationLimits(limits).error, Win32Error::kNotSupported);
  EXPECT_EQ(*job.QueryNotificationLimits(), NotificationLimits());
}

TEST_F(LinuxLimits, ThresholdsAreReadBack) {
  Job job = *Job::Create(UniqueName());
  const NotificationLimits all = {.job_memory = Bytes(300 << 20),
                                  .job_memory_low = Bytes(2 << 20),
                                  .read_bytes = Bytes(3'000'003),
                                  .write_bytes = Bytes(4'000'004),
                                  .job_user_time = Ticks(50'000'005)};
  ASSERT_FALSE(job.SetNotificationLimits(all));
  EXPECT_EQ(*job.QueryNotificationLimits(), all);
  ASSERT_FALSE(job.SetNotificationLimits({}));
  EXPECT_EQ(*job.QueryNotificationLimits(), NotificationLimits());
}

TEST_F(LinuxLimits, WhatIsNotCountedIsAbsent) {
  const Job job = *Job::Create(UniqueName());
  MemoryUsage memory;
  ASSERT_FALSE(job.QueryMemory(memory));
  EXPECT_TRUE(memory.current);
  EXPECT_TRUE(memory.peak_job);
  EXPECT_FALSE(memory.peak_process);
  EXPECT_EQ(job.QueryExtendedCounters().error(), Win32Error::kNotSupported);
}

TEST_F(LinuxLimits, AProbeFindsTheClassesThatWork) {
  const Capabilities found = *Capabilities::Probe();
  for (const ProbedClass& probed : kProbedClasses) {
    using enum abi::InfoClass;
    const auto lacks = {kBasicUiRestrictions, kGroup, kExtendedAccounting, kNetRateControl, kClearPeakJobMemory};
    const bool works = std::find(lacks.begin(), lacks.end(), probed.number) == lacks.end();
    EXPECT_EQ(found.Has(probed.number), works) << probed.name;
  }
  EXPECT_GT(kernel::ProcessorCount(), 0U);
}

}  // namespace
}  // namespace winjob::linux_test
