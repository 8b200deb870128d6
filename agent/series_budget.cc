#include "agent/series_budget.h"

#include <algorithm>
#include <utility>

namespace winjob::agent {
namespace {

// Takes off the process of this rank and those below it, and tells how many series they had.
std::uint64_t Drop(std::size_t rank, Reused<ProcessSample>& processes) noexcept {
  std::uint64_t series = 0;
  for (std::size_t i = rank; i < processes.size(); ++i) series += SeriesOf(processes[i]);
  processes.Shrink(rank);
  return series;
}

}  // namespace

std::uint64_t SeriesBudget::Apply(std::uint32_t most, ProcessReading& reading) {
  std::size_t ranks = 0;
  for (const ProcessSamples& job : reading) ranks = std::max(ranks, job.processes.size());
  std::uint64_t kept = 0;
  std::uint64_t dropped = 0;
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    for (ProcessSamples& job : reading) {
      if (rank >= job.processes.size()) continue;
      const std::uint64_t series = SeriesOf(job.processes[rank]);
      if (dropped == 0 && kept + series <= most)
        kept += series;
      else
        dropped += Drop(rank, job.processes);
    }
  }
  if (const bool before = std::exchange(dropping_, dropped > 0); before != dropping_) {
    if (dropping_)
      log_.Warning("series of processes are left out: the budget is used up",
                   {{"series_budget", std::uint64_t{most}}, {"dropped", dropped}});
    else
      log_.Info("all series of processes are on the page again", {{"series_budget", std::uint64_t{most}}});
  }
  return dropped;
}

}  // namespace winjob::agent
