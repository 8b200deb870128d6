// The choice of the level, by those who are really refused. Each case runs in a fork that has not chosen yet.
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/linux/support.h"
#include "winjob/job.h"
#include "winjob/limit_table.h"
#include "winjob/linux/cgroup_tree.h"
#include "winjob/linux/controllers.h"

namespace winjob::linux_test {
namespace {

/// A job's life in short, at whatever level; 0 when all went well.
int Live() {
  TestJob job;
  const Handle process = job.Shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; exec sleep 30");
  if (!Eventually([&] { return job.Accounting().TotalUserTime > 0; })) return 2;
  if (job.Members().size() != 1) return 3;
  if (kernel::TerminateJob(job.raw(), 1)) return 4;
  if (ExitCode(process) != 128u + 9u) return 5;
  return job.IsEmptySoon() ? 0 : 6;
}

bool IsSuperuser() { return ::geteuid() == 0; }

TEST(LinuxLevel, OrdinaryUserGetsHelperProcesses) {
  if (!IsSuperuser()) GTEST_SKIP() << "needs the superuser to become somebody else";
  EXPECT_EQ(RunInChild([] {
              constexpr uid_t kNobody = 65534;
              if (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) return 10;
              const kernel::Identity identity = kernel::Identify();
              if (identity.level != "process") return 11;
              if (!identity.reason.starts_with("not allowed to create groups in ")) return 12;
              return Live();
            }),
            0);
}

TEST(LinuxLevel, ReadOnlyTreeGetsHelperProcesses) {
  if (!IsSuperuser()) GTEST_SKIP() << "needs the superuser to mount";
  const auto mounts = linux_kernel::ParseMounts(linux_kernel::ReadProcFile("/proc/self/mountinfo"));
  if (mounts.empty()) GTEST_SKIP() << "no cgroup2 tree is mounted";
  EXPECT_EQ(RunInChild([&] {
              if (::unshare(CLONE_NEWNS) != 0) return 10;
              // A remount stays in this namespace, so that nothing needs to be made private (nor could the root of a
              // chroot be).
              for (const auto& mount : mounts)
                if (::mount("none", mount.point.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0)
                  return 12;
              const kernel::Identity identity = kernel::Identify();
              if (identity.level != "process") return 13;
              if (!identity.reason.ends_with("is read-only")) return 14;
              return Live();
            }),
            0);
}

TEST(LinuxLevel, SuperuserGetsGroupsWhereThereAreAny) {
  const auto mounts = linux_kernel::ParseMounts(linux_kernel::ReadProcFile("/proc/self/mountinfo"));
  if (!IsSuperuser() || mounts.empty() || ::access(mounts.front().point.c_str(), W_OK) != 0)
    GTEST_SKIP() << "no writable cgroup2 tree";
  EXPECT_EQ(RunInChild([] { return kernel::Identify().level != "process" ? Live() : 10; }), 0);
}

/// What the level named by WINJOB_LINUX_LEVEL says to every limit: 0 when each is held or refused as it has to be.
int RefuseByController(const char* level, std::initializer_list<std::pair<Limits, std::string_view>> cases) {
  ::setenv("WINJOB_LINUX_LEVEL", level, 1);
  if (kernel::Identify().level != level) return 10;
  Job job = *Job::Create(UniqueName());
  int number = 20;
  for (const auto& [limits, reason] : cases) {
    ++number;
    const LimitError error = job.SetLimits(limits);
    if (reason.empty() ? static_cast<bool>(error) : error.error != Win32Error::kNotSupported) return number;
    if (!reason.empty() && Describe(error).find(reason) == std::string::npos) return number + 50;
    if (!reason.empty() && *job.QueryLimits() != Limits()) return number + 100;
    if (job.ResetLimits(AllKinds())) return number + 150;
  }
  return 0;
}

TEST(LinuxLevel, CoreHoldsWhatNeedsNoControllerAndRefusesTheRestByController) {
  if (!IsSuperuser() || linux_kernel::ParseMounts(linux_kernel::ReadProcFile("/proc/self/mountinfo")).empty())
    GTEST_SKIP() << "no writable cgroup2 tree";
  EXPECT_EQ(RunInChild([] {
              constexpr std::string_view kCpu = "needs the controller cpu: left out by WINJOB_LINUX_LEVEL=core";
              return RefuseByController(
                  "core", {{{.job_memory = Bytes(1 << 20)}, "job_memory: needs the controller memory: left out"},
                           {{.active_processes = 3}, "active_processes: needs the controller pids"},
                           {{.affinity = AffinityMask{1}}, "affinity: needs the controller cpuset"},
                           {{.group_affinity = {{GroupMask{0, 1}}}}, "group_affinity: needs the controller cpuset"},
                           {{.scheduling_class = SchedulingClass::From(1)}, kCpu},
                           {{.cpu = CpuLimit{*CpuWeight::From(5), false}}, kCpu},
                           {{.io = {{IoRate{"/", 1, {}, 0}}}}, "io: needs the controller io"},
                           {{.process_memory = Bytes(1 << 30)}, ""},
                           {{.job_user_time = Ticks(1'000'000'000)}, ""},
                           {{.process_user_time = Ticks(1'000'000'000)}, ""},
                           {{.priority_class = PriorityClass::kIdle}, ""},
                           {{.die_on_unhandled_exception = true}, ""},
                           {{.kill_on_close = true}, ""}});
            }),
            0);
}

TEST(LinuxLevel, ProcessRefusesAllButKillOnClose) {
  EXPECT_EQ(RunInChild([] {
              constexpr std::string_view kWhy = "at level process only kill_on_close is held: chosen by";
              return RefuseByController("process", {{{.job_memory = Bytes(1 << 20)}, kWhy},
                                                    {{.process_memory = Bytes(1 << 20)}, kWhy},
                                                    {{.active_processes = 3}, kWhy},
                                                    {{.job_user_time = Ticks(1)}, kWhy},
                                                    {{.priority_class = PriorityClass::kIdle}, kWhy},
                                                    {{.end_of_job_time = EndOfJobTime::kPost}, kWhy},
                                                    {{.cpu = CpuLimit{*CpuWeight::From(5), false}}, kWhy},
                                                    {{.breakaway = Breakaway::kNone}, ""},
                                                    {{.kill_on_close = true}, ""}});
            }),
            0);
}

TEST(LinuxLevel, HierarchiesAreFoundByControllerBelowTheOwnGroup) {
  const std::string mounts =
      "35 31 0:32 / /nowhere/memory rw - cgroup cgroup rw,memory\n"
      "36 31 0:33 /part /tmp rw - cgroup cgroup rw,cpu,cpuacct\n"
      "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
  const auto found = linux_kernel::FindHierarchies(mounts, "4:memory:/own\n3:cpu,cpuacct:/part\n0::/\n");
  EXPECT_EQ(At(found, linux_kernel::Controller::kMemory).version, 0);
  EXPECT_EQ(At(found, linux_kernel::Controller::kMemory).reason, "not allowed to create groups in /nowhere/memory/own");
  EXPECT_EQ(At(found, linux_kernel::Controller::kCpu).version, 1);
  EXPECT_EQ(At(found, linux_kernel::Controller::kCpu).folder(), "/tmp/winjob");
  EXPECT_EQ(At(found, linux_kernel::Controller::kPids).reason, "the kernel has it in no mounted hierarchy");
}

TEST(LinuxLevel, MountsAreReadWithTheirEscapes) {
  const auto mounts = linux_kernel::ParseMounts(
      "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
      "31 23 0:28 / /sys/fs/cgroup rw shared:9 - tmpfs tmpfs rw,mode=755\n"
      "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
      "a line that is none\n"
      "41 31 0:38 /own\\040part /mnt/two\\040words rw,nosuid shared:9 master:2 - cgroup2 cgroup2 rw\n"
      "42 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  ASSERT_EQ(mounts.size(), 2u);
  EXPECT_EQ(mounts[0].root, "/own part");
  EXPECT_EQ(mounts[0].point, "/mnt/two words");
  EXPECT_EQ(mounts[0].PathOf("/winjob"), "/own part/winjob");
  EXPECT_EQ(mounts[1].point, "/sys/fs/cgroup/unified");
  EXPECT_EQ(mounts[1].PathOf("/winjob"), "/winjob");
}

TEST(LinuxLevel, OwnPathIsTheUnifiedOne) {
  EXPECT_EQ(linux_kernel::ParseOwnPath("4:memory:/m\n0::/winjob/x\n"), "/winjob/x");
  EXPECT_EQ(linux_kernel::ParseOwnPath("0::/winjob/x (deleted)"), "/winjob/x");
  EXPECT_EQ(linux_kernel::ParseOwnPath("4:memory:/m\n"), "");
}

}  // namespace
}  // namespace winjob::linux_test
