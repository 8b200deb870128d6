#include "exporter/families.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "winjob/notification.h"

namespace winjob::exporter {
namespace {

using agent::JobSample;

constexpr Point kStartFailures[] = {{"", "", [](const JobSample& sample) { return Value(sample.start_failures); }}};
constexpr Point kRestarts[] = {{"", "", [](const JobSample& sample) { return Value(sample.restarts); }}};
constexpr Point kMissed[] = {{"", "", [](const JobSample& sample) { return From(sample.missed); }}};

// Whether the job's messages come. A job that is observed has nothing to say about it.
constexpr Point kAttached[] = {{"", "", [](const JobSample& sample) {
                                  if (sample.port == agent::PortState::kNone) return Value();
                                  return Value(std::uint64_t{sample.port == agent::PortState::kAttached});
                                }}};

template <std::size_t I>
Value AssignFailureValue(const JobSample& sample) {
  return sample.adopts ? Value(sample.adoptions.failures[I]) : Value();
}
template <std::size_t... I>
constexpr std::array<Point, sizeof...(I)> AssignFailurePoints(std::index_sequence<I...>) {
  return {{{"reason", agent::kAssignFailureNames[I], AssignFailureValue<I>}...}};
}
constexpr auto kAssignFailures = AssignFailurePoints(std::make_index_sequence<agent::kAssignFailureCount>());
constexpr Point kAdopted[] = {
    {"", "", [](const JobSample& sample) { return sample.adopts ? Value(sample.adoptions.adopted) : Value(); }}};

template <std::size_t I>
Value ExitValue(const JobSample& sample) {
  return sample.exits_known || sample.exits[I] > 0 ? Value(sample.exits[I]) : Value();
}
template <std::size_t... I>
constexpr std::array<Point, sizeof...(I)> ExitPoints(std::index_sequence<I...>) {
  return {{{"result", agent::kExitNames[I], ExitValue<I>}...}};
}
constexpr auto kExits = ExitPoints(std::make_index_sequence<agent::kExitKindCount>());

template <std::size_t I>
Value EventValue(const JobSample& sample) {
  const bool reported = Reports(sample.support, static_cast<Event>(I));
  return reported || sample.events[I] > 0 ? Value(sample.events[I]) : Value();
}
template <std::size_t... I>
constexpr std::array<Point, sizeof...(I)> EventPoints(std::index_sequence<I...>) {
  return {{{"event", kMessages[I].name, EventValue<I>}...}};
}
constexpr auto kEvents = EventPoints(std::make_index_sequence<kEventCount>());

template <std::size_t I>
Value StateValue(const JobSample& sample) {
  return Value(std::uint64_t{sample.state == static_cast<agent::JobState>(I)});
}
template <std::size_t... I>
constexpr std::array<Point, sizeof...(I)> StatePoints(std::index_sequence<I...>) {
  return {{{"state", agent::kStateNames[I], StateValue<I>}...}};
}
constexpr auto kStates = StatePoints(std::make_index_sequence<agent::kJobStateCount>());

constexpr Family kFamilies[] = {
    {"winjob_adopted_processes_total", "Running processes that a rule has put into the job.", Type::kCounter, kAdopted},
    {"winjob_assign_failures_total", "Processes that match a rule and could not be put into the job, by reason.",
     Type::kCounter, kAssignFailures},
    {"winjob_job_state", "1 for the state that the job is in, 0 for the others.", Type::kGauge, kStates},
    {"winjob_notifications_attached",
     "Whether the job's messages come to this program: 0 when another program has the job's completion port.",
     Type::kGauge, kAttached},
    {"winjob_notifications_missed_total",
     "NEW_PROCESS messages that the kernel lost: processes by its accounting less those that it reported.",
     Type::kCounter, kMissed},
    {"winjob_notifications_total",
     "Messages of the job's completion port since the agent's start, by event. The kernel may lose messages, "
     "so these are lower bounds.",
     Type::kCounter, kEvents},
    {"winjob_process_exits_total",
     "Processes that ended: exit code 0, another, a crash, a limit, or unknown because they were gone too soon.",
     Type::kCounter, kExits},
    {"winjob_process_restarts_total", "Configured commands that were started again.", Type::kCounter, kRestarts},
    {"winjob_process_start_failures_total", "Configured commands that could not be started.", Type::kCounter,
     kStartFailures},
};

}  // namespace

std::span<const Family> JobFamilies() noexcept {
  static const std::vector<Family> families = [] {
    std::vector<Family> all(std::begin(kFamilies), std::end(kFamilies));
    for (const auto& more : {AccountingFamilies(), LimitFamilies(), ConfiguredLimitFamilies()})
      all.insert(all.end(), more.begin(), more.end());
    std::sort(all.begin(), all.end(), [](const Family& a, const Family& b) { return a.name < b.name; });
    return all;
  }();
  return families;
}

}  // namespace winjob::exporter
