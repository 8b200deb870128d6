#include "agent/process_sampler.h"

#include <algorithm>
#include <utility>

#include "config/utf8.h"

namespace winjob::agent {
namespace {

using By = config::ProcessMetrics::By;

constexpr auto kById = [](const auto& a, const auto& b) { return a.id < b.id; };

std::int64_t CountOf(const std::optional<Bytes>& bytes) noexcept {
  return bytes ? static_cast<std::int64_t>(bytes->count()) : 0;
}

std::int64_t CpuOf(const kernel::ProcessCounters& counters) noexcept {
  return counters.user_time.value_or(Ticks()).count() + counters.kernel_time.value_or(Ticks()).count();
}

}  // namespace

ProcessSampler::Rank ProcessSampler::RankOf(const kernel::ProcessCounters& counters, ProcessId id, By by) {
  const std::int64_t resident = CountOf(counters.working_set);
  if (by == By::kMemory || !counters.user_time)
    return {counters.commit ? CountOf(counters.commit) : resident, resident};
  const std::int64_t cpu = CpuOf(counters);
  now_.push_back({id, counters.created, cpu});
  const auto past = std::lower_bound(before_.begin(), before_.end(), now_.back(), kById);
  const bool same = past != before_.end() && past->id == id && past->created == counters.created;
  return {same ? cpu - past->cpu : cpu, cpu};
}

void ProcessSampler::ReadMembers(By by, ProcessSamples& out) {
  candidates_.clear();
  now_.clear();
  for (const std::uint64_t number : ids_.ids()) {
    const auto id = static_cast<ProcessId>(number);
    kernel::ProcessCounters counters;
    const std::error_code error = kernel::QueryProcessCounters(id, counters);
    if (!error) candidates_.push_back({id, counters.created, RankOf(counters, id, by)});
    if (error && error != Win32Error::kInvalidParameter) ++out.unreadable;  // that is one which has ended
  }
  std::sort(now_.begin(), now_.end(), kById);
  before_.swap(now_);
}

void ProcessSampler::TakeFirst(std::size_t most, Reused<ProcessSample>& out) {
  const auto end = candidates_.begin() + static_cast<std::ptrdiff_t>(std::min(most, candidates_.size()));
  std::partial_sort(candidates_.begin(), end, candidates_.end(), [](const Candidate& a, const Candidate& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.id < b.id;
  });
  for (auto candidate = candidates_.begin(); candidate != end; ++candidate) {
    ProcessSample& process = out.Add();
    process.id = candidate->id;
    const std::error_code error = kernel::QueryProcessCounters(process.id, process.counters, process.image);
    // A process that has its id by now need not be a member.
    if (error || process.counters.created != candidate->created)
      out.Shrink(out.size() - 1);
    else
      config::ReplaceInvalidUtf8(process.image);
  }
}

void ProcessSampler::Tell(const std::string& name, const std::error_code& error, std::uint64_t unreadable,
                          const Log& log) {
  const bool before = std::exchange(told_, error || unreadable > 0);
  if (before || !told_) return;
  if (error)
    log.Warning("the processes of a job cannot be listed", {{"job_object", name}, {"error", error}});
  else
    log.Warning("processes of a job cannot be read, and have no series of their own",
                {{"job_object", name}, {"processes", unreadable}, {"hint", "run the agent with more rights"}});
}

std::error_code ProcessSampler::Sample(const Job& job, const std::string& name, const config::ProcessMetrics& wanted,
                                       const Log& log, ProcessSamples& out) {
  out.processes.Clear();
  out.unreadable = 0;
  const std::error_code error = ids_.Read(job.raw());
  if (!error) {
    ReadMembers(wanted.by, out);
    TakeFirst(wanted.top, out.processes);
  }
  Tell(name, error, out.unreadable, log);
  return error;
}

}  // namespace winjob::agent
