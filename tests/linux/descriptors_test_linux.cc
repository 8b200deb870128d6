// What a job keeps open: a program may have so many descriptors and no more, and has a job for every so many of them.
#include <filesystem>
#include <iterator>

#include "tests/linux/support.h"
#include "tests/linux/test_port.h"
#include "winjob/linux/level.h"
#include "winjob/linux/perf_event.h"

namespace winjob::linux_test {
namespace {

class LinuxDescriptors : public FullTest {};

std::ptrdiff_t OpenNow() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

TEST_F(LinuxDescriptors, AJobKeepsFew) {
  const TestPort port;
  const auto use = [&](TestJob& job) {
    job.SetKillOnClose(true);
    EXPECT_EQ(port.Watch(job, 3), std::error_code());
    return job.Shell("exec sleep 1000");
  };
  TestJob first;  // opens what all share
  const Handle first_process = use(first);
  const std::ptrdiff_t before = OpenNow();
  TestJob job;
  const Handle process = use(job);
  const std::ptrdiff_t kept = OpenNow() - before;

  constexpr std::ptrdiff_t kGroup = 4;      // itself, cpu.stat, cgroup.procs, cgroup.events
  constexpr std::ptrdiff_t kProcesses = 2;  // the guardian and the one that was started
  const linux_kernel::Controllers& controllers = linux_kernel::CurrentPlatform().controllers;
  const bool own_memory = At(controllers, linux_kernel::Controller::kMemory).version == 1;
  const bool own_io = At(controllers, linux_kernel::Controller::kIo).version == 1;
  const std::ptrdiff_t usage = 3 + (own_memory ? 1 : 0) + (own_io ? 3 : 1);
  const auto cpus = static_cast<std::ptrdiff_t>(linux_kernel::OnlineCpus().size());
  EXPECT_LE(kept, kGroup + kProcesses + usage + 2 * cpus);
}

}  // namespace
}  // namespace winjob::linux_test
