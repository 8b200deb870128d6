// The reads on Linux, of descriptors that stay open: a job is a group, and what it counts stands in several files.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <tuple>
#include <vector>

#include "bench/bare.h"
#include "winjob/linux/group_marks.h"
#include "winjob/linux/held_limits.h"
#include "winjob/linux/level.h"
#include "winjob/linux/names.h"
#include "winjob/linux/perf_event.h"

namespace winjob::bench {

using linux_kernel::Fd;

struct Bare {
  Fd directory;
  Fd cpu_stat;
  Fd processes;
  std::vector<Fd> controllers;  // what the controllers of memory and disks count
  bool limits;                  // read these, too
  std::vector<Fd> events;       // a pair for each CPU, of which the first answers for both
  std::size_t answer;           // bytes of such an answer
};

namespace {

Fd OpenCounter(std::uint32_t type, std::uint64_t number, int directory, int cpu, int leader) {
  perf_event_attr attributes = linux_kernel::EventOf(type, number);
  attributes.read_format = PERF_FORMAT_GROUP;
  return linux_kernel::OpenEvent(attributes, directory, cpu, leader);
}

/// Opens a file of one of the job's controllers: of the job's own group, or of the one that its mark names.
void OpenOf(Bare& bare, linux_kernel::Controller controller, const char* v2, std::initializer_list<const char*> v1) {
  const int version = At(linux_kernel::CurrentPlatform().controllers, controller).version;
  if (version == 2) bare.controllers.push_back(linux_kernel::OpenAt(bare.directory.get(), v2, O_RDONLY));
  char path[linux_kernel::kMaxGroupPath];
  if (version != 1 || !linux_kernel::ReadGroupPath(bare.directory.get(), static_cast<std::size_t>(controller), path))
    return;
  for (const char* file : v1)
    bare.controllers.push_back(linux_kernel::OpenAt(AT_FDCWD, (std::string(path) + "/" + file).c_str(), O_RDONLY));
}

}  // namespace

std::shared_ptr<Bare> OpenBare(const Job& job, std::string_view name, Reading reading, std::string& reason) {
  const linux_kernel::Platform& platform = linux_kernel::CurrentPlatform();
  std::string group;
  if (!platform.has_groups() || linux_kernel::EncodeName(name, group)) {
    reason = "jobs are no groups here: " + platform.reason;
    return nullptr;
  }
  auto bare = std::make_shared<Bare>();
  bare->directory = linux_kernel::OpenAt(AT_FDCWD, (platform.directory + "/" + group).c_str(), O_RDONLY | O_DIRECTORY);
  bare->cpu_stat = linux_kernel::OpenAt(bare->directory.get(), "cpu.stat", O_RDONLY);
  bare->processes = linux_kernel::OpenAt(bare->directory.get(), "cgroup.procs", O_RDONLY);
  OpenOf(*bare, linux_kernel::Controller::kMemory, "memory.events", {"memory.oom_control"});
  OpenOf(*bare, linux_kernel::Controller::kIo, "io.stat",
         {"blkio.throttle.io_service_bytes_recursive", "blkio.throttle.io_serviced_recursive"});
  bare->limits = reading == Reading::kPoll;
  if (bare->limits) {
    OpenOf(*bare, linux_kernel::Controller::kMemory, "memory.current", {"memory.usage_in_bytes"});
    OpenOf(*bare, linux_kernel::Controller::kMemory, "memory.peak", {"memory.max_usage_in_bytes"});
  }

  const std::uint32_t counters = job.support().counters;
  const bool starts = (counters & kernel::kTotalProcesses) != 0;
  bare->answer = (starts ? 3 : 2) * sizeof(std::uint64_t);
  if ((counters & kernel::kPageFaults) == 0) return bare;
  for (const int cpu : linux_kernel::OnlineCpus()) {
    const int directory = bare->directory.get();
    bare->events.push_back(OpenCounter(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS, directory, cpu, -1));
    const int leader = bare->events.back().get();
    if (!starts) continue;
    bare->events.push_back(
        OpenCounter(PERF_TYPE_TRACEPOINT, linux_kernel::NewTaskTracepoint(), directory, cpu, leader));
  }
  return bare;
}

bool Read(Bare& bare) noexcept {
  constexpr std::size_t kMark = 64;  // the kernel makes as much room as it is asked for
  char text[4096];
  bool good = ::pread(bare.cpu_stat.get(), text, sizeof(text), 0) > 0;
  for (const Fd& file : bare.controllers) good &= ::pread(file.get(), text, sizeof(text), 0) >= 0;
  std::ignore = ::fgetxattr(bare.directory.get(), "user.winjob.timed_out", text, kMark);  // most jobs have none
  if (bare.limits)
    good &= ::fgetxattr(bare.directory.get(), "user.winjob.limits", text, sizeof(linux_kernel::HeldLimits)) > 0;
  const std::size_t step = bare.answer == 2 * sizeof(std::uint64_t) ? 1 : 2;
  for (std::size_t i = 0; i < bare.events.size(); i += step)
    good &= ::read(bare.events[i].get(), text, bare.answer) == static_cast<ssize_t>(bare.answer);
  // What was counted before the descriptors were opened stands at the group.
  if (!bare.events.empty()) {
    good &= ::fgetxattr(bare.directory.get(), "user.winjob.starts", text, kMark) > 0;
    good &= ::fgetxattr(bare.directory.get(), "user.winjob.totals", text, kMark) > 0;
  }
  return good && ::pread(bare.processes.get(), text, sizeof(text), 0) >= 0;  // a short list comes at once
}

}  // namespace winjob::bench
