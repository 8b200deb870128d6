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

Fd OpenPageFaultEvent(int directory, int cpu, bool record) noexcept {
  perf_event_attr attributes = PairedEventOf(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS);
  attributes.disabled = 1;
  attributes.task = record ? 1 : 0;
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

int PerfCounters::OpenPair(int directory, Pair& pair) noexcept {
  pair.page_faults = OpenPageFaultEvent(directory, pair.cpu, pair.records);
  if (!pair.page_faults) return errno;
  const int leader = pair.page_faults.get();
  if (NewTaskTracepoint() != 0) {
    pair.processes = OpenNewTaskEvent(directory, pair.cpu, leader);
    if (!pair.processes) return errno;
  }
  // Not before both are there: one that joins a pair in use counts nothing until its CPU turns to another group.
  return ::ioctl(leader, PERF_EVENT_IOC_ENABLE, 0) == 0 ? 0 : errno;
}

std::error_code PerfCounters::Open(int directory) {
  std::vector<Pair> pairs;
  for (const int cpu : OnlineCpus()) {
    Pair& pair = pairs.emplace_back(Pair{.cpu = cpu});
    if (const int error = OpenPair(directory, pair)) return IsRefusal(error) ? std::error_code() : FromErrno(error);
  }
  pairs_ = std::move(pairs);
  counts_page_faults_ = !pairs_.empty();
  counts_processes_ = counts_page_faults_ && NewTaskTracepoint() != 0;
  return {};
}

std::error_code PerfCounters::Record(int directory) {
  for (Pair& pair : pairs_) {
    if (pair.records) continue;
    Pair successor{.cpu = pair.cpu, .records = true};
    if (const int error = OpenPair(directory, successor)) return FromErrno(error);
    if (const int error = Replace(pair, std::move(successor))) return FromErrno(error);
  }
  return {};
}

/// Both count for a while. What the one has counted before the other is known exactly when it counts nothing while the
/// other is read; where page faults never pause, some may be lost.
int PerfCounters::Replace(Pair& pair, Pair successor) noexcept {
  constexpr int kAttempts = 1000;
  Totals count, meanwhile, counted;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (const int error = ReadPair(pair, count)) return error;
    if (const int error = ReadPair(successor, counted)) return error;
    if (const int error = ReadPair(pair, meanwhile)) return error;
    if (count == meanwhile) break;
  }
  before_.processes += count.processes - counted.processes;
  before_.page_faults += count.page_faults - counted.page_faults;
  pair = std::move(successor);
  return 0;
}

std::vector<int> PerfCounters::recorders() const {
  std::vector<int> descriptors;
  for (const Pair& pair : pairs_)
    if (pair.records) descriptors.push_back(pair.page_faults.get());
  return descriptors;
}

int PerfCounters::ReadPair(const Pair& pair, Totals& counted) const noexcept {
  std::uint64_t answer[3] = {};  // how many, then the values in the order of opening
  const auto wanted = static_cast<ssize_t>((counts_processes_ ? 3 : 2) * sizeof(answer[0]));
  if (::read(pair.page_faults.get(), answer, sizeof(answer)) != wanted) return errno != 0 ? errno : EIO;
  counted = {.processes = answer[2], .page_faults = answer[1]};
  return 0;
}

int PerfCounters::Read(Totals& since_open) const noexcept {
  Totals sum = before_;
  for (const Pair& pair : pairs_) {
    Totals counted;
    if (const int error = ReadPair(pair, counted)) return error;
    sum.page_faults += counted.page_faults;
    sum.processes += counted.processes;
  }
  since_open = sum;
  return 0;
}

}  // namespace winjob::linux_kernel
