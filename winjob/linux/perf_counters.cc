// A pair of events per CPU.
#include "winjob/linux/perf_counters.h"

#include <sys/ioctl.h>

#include <cerrno>
#include <ctime>

#include "winjob/linux/errors.h"
#include "winjob/linux/perf_event.h"

namespace winjob::linux_kernel {
namespace {

/// One clock for all CPUs and for our own packets; the kernel wants the same of a whole pair.
perf_event_attr PairedEventOf(std::uint32_t type, std::uint64_t number) noexcept {
  perf_event_attr attributes = EventOf(type, number);
  attributes.read_format = PERF_FORMAT_GROUP;
  attributes.use_clockid = 1;
  attributes.clockid = CLOCK_MONOTONIC;
  return attributes;
}

/// Counts page faults, and records starts and ends in its ring as soon as it has one.
Fd OpenPageFaultEvent(int directory, int cpu) noexcept {
  perf_event_attr attributes = PairedEventOf(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS);
  attributes.task = 1;
  attributes.watermark = 1;
  attributes.wakeup_watermark = 1;
  return OpenEvent(attributes, directory, cpu, -1);
}

/// Counts new tasks that are no threads (CLONE_THREAD is 0x10000).
Fd OpenNewTaskEvent(int directory, int cpu, int leader) noexcept {
  const perf_event_attr attributes = PairedEventOf(PERF_TYPE_TRACEPOINT, NewTaskTracepoint());
  Fd event = OpenEvent(attributes, directory, cpu, leader);
  if (event && ::ioctl(event.get(), PERF_EVENT_IOC_SET_FILTER, "!(clone_flags & 0x10000)") != 0) return Fd();
  return event;
}

}  // namespace

std::error_code PerfCounters::Open(int directory) {
  const bool processes = NewTaskTracepoint() != 0;
  std::vector<Cpu> cpus;
  for (const int cpu : OnlineCpus()) {
    Cpu pair;
    pair.page_faults = OpenPageFaultEvent(directory, cpu);
    if (pair.page_faults && processes) pair.processes = OpenNewTaskEvent(directory, cpu, pair.page_faults.get());
    if (!pair.page_faults || (processes && !pair.processes)) return IsRefusal(errno) ? std::error_code() : LastError();
    cpus.push_back(std::move(pair));
  }
  cpus_ = std::move(cpus);
  counts_processes_ = processes && !cpus_.empty();
  return {};
}

std::vector<int> PerfCounters::recorders() const {
  std::vector<int> descriptors;
  for (const Cpu& cpu : cpus_) descriptors.push_back(cpu.page_faults.get());
  return descriptors;
}

int PerfCounters::Read(Totals& since_open) const noexcept {
  Totals sum;
  for (const Cpu& cpu : cpus_) {
    std::uint64_t answer[3] = {};  // how many, then the values in the order of opening
    const auto wanted = static_cast<ssize_t>((counts_processes_ ? 3 : 2) * sizeof(answer[0]));
    if (::read(cpu.page_faults.get(), answer, sizeof(answer)) != wanted) return errno != 0 ? errno : EIO;
    sum.page_faults += answer[1];
    sum.processes += answer[2];
  }
  since_open = sum;
  return 0;
}

}  // namespace winjob::linux_kernel
