#include "exporter/families.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "winjob/notification.h"

namespace winjob::exporter {
namespace {

using agent::JobSample;

template <class T>
Value From(const std::optional<T>& field) noexcept {
  return field ? Value(*field) : Value();
}
Value From(const std::optional<std::uint32_t>& field) noexcept {
  return field ? Value(std::uint64_t{*field}) : Value();
}
Value From(const std::optional<Bytes>& field) noexcept { return field ? Value(field->count()) : Value(); }

/// The series that shows one accounting field.
template <auto Member>
constexpr Point kField[] = {{"", "", [](const JobSample& sample) { return From(sample.counters.*Member); }}};

constexpr Point kUp[] = {{"", "", [](const JobSample& sample) { return Value(std::uint64_t{sample.up}); }}};
constexpr Point kOne[] = {{"", "", [](const JobSample&) { return Value(std::uint64_t{1}); }}};
constexpr Point kStartFailures[] = {{"", "", [](const JobSample& sample) { return Value(sample.start_failures); }}};
constexpr Point kRestarts[] = {{"", "", [](const JobSample& sample) { return Value(sample.restarts); }}};
constexpr Point kRegressions[] = {{"", "", [](const JobSample& sample) { return Value(sample.regressions); }}};
constexpr Point kPageFaults[] = {{"", "", [](const JobSample& sample) { return From(sample.page_faults); }}};
constexpr Point kMissed[] = {{"", "", [](const JobSample& sample) { return From(sample.missed); }}};

// Whether the job's messages come. A job that is observed has nothing to say about it.
constexpr Point kAttached[] = {{"", "", [](const JobSample& sample) {
                                  if (sample.port == agent::PortState::kNone) return Value();
                                  return Value(std::uint64_t{sample.port == agent::PortState::kAttached});
                                }}};

// Readings of the accounting are what every job is asked for; of the rest, what never happened is not there.
template <std::size_t I>
Value QueryErrorValue(const JobSample& sample) {
  const std::uint64_t count = sample.failed_queries.counts[I];
  return I == 0 || count > 0 ? Value(count) : Value();
}
template <std::size_t... I>
constexpr std::array<Point, sizeof...(I)> QueryErrorPoints(std::index_sequence<I...>) {
  return {{{"class", agent::kQueriedClasses[I].name, QueryErrorValue<I>}...}};
}
constexpr auto kQueryErrors = QueryErrorPoints(std::make_index_sequence<agent::kClassCount>());

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

constexpr Point kCpu[] = {
    {"mode", "kernel", [](const JobSample& sample) { return From(sample.counters.kernel_time); }},
    {"mode", "user", [](const JobSample& sample) { return From(sample.counters.user_time); }},
};

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

constexpr Family kStateFamilies[] = {
    {"winjob_active_processes", "Processes in the job now (ActiveProcesses).", Type::kGauge,
     kField<&Counters::active_processes>},
    {"winjob_adopted_processes_total", "Running processes that a rule has put into the job.", Type::kCounter, kAdopted},
    {"winjob_assign_failures_total", "Processes that match a rule and could not be put into the job, by reason.",
     Type::kCounter, kAssignFailures},
    {"winjob_cpu_seconds_total",
     "Processor time of all processes that ever belonged to the job (TotalUserTime, TotalKernelTime).", Type::kCounter,
     kCpu},
    {"winjob_job_info", "Always 1; its labels name the kernel object of the job.", Type::kGauge, kOne,
     JobLabels::kObject},
    {"winjob_job_state", "1 for the state that the job is in, 0 for the others.", Type::kGauge, kStates},
    {"winjob_job_up", "Whether the last reading of the job succeeded.", Type::kGauge, kUp},
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
    {"winjob_other_bytes_total", "Bytes of operations other than reads and writes (OtherTransferCount).",
     Type::kCounter, kField<&Counters::other_bytes>},
    {"winjob_other_operations_total", "Operations other than reads and writes (OtherOperationCount).", Type::kCounter,
     kField<&Counters::other_operations>},
    {"winjob_page_faults_total", "Page faults (TotalPageFaultCount, unfolded where its 32 bits wrap).", Type::kCounter,
     kPageFaults},
    {"winjob_process_exits_total",
     "Processes that ended: exit code 0, another, a crash, a limit, or unknown because they were gone too soon.",
     Type::kCounter, kExits},
    {"winjob_process_restarts_total", "Configured commands that were started again.", Type::kCounter, kRestarts},
    {"winjob_process_start_failures_total", "Configured commands that could not be started.", Type::kCounter,
     kStartFailures},
    {"winjob_processes_started_total", "Processes that ever belonged to the job (TotalProcesses).", Type::kCounter,
     kField<&Counters::total_processes>},
    {"winjob_processes_terminated_total", "Processes ended because a limit was violated (TotalTerminatedProcesses).",
     Type::kCounter, kField<&Counters::terminated_processes>},
    {"winjob_query_errors_total", "Queries of the job that failed, by information class.", Type::kCounter,
     kQueryErrors},
    {"winjob_read_bytes_total", "Bytes read (ReadTransferCount).", Type::kCounter, kField<&Counters::read_bytes>},
    {"winjob_read_operations_total", "Read operations (ReadOperationCount).", Type::kCounter,
     kField<&Counters::read_operations>},
    {"winjob_regressions_total", "Totals of the kernel that were less than before and therefore withheld.",
     Type::kCounter, kRegressions},
    {"winjob_write_bytes_total", "Bytes written (WriteTransferCount).", Type::kCounter, kField<&Counters::write_bytes>},
    {"winjob_write_operations_total", "Write operations (WriteOperationCount).", Type::kCounter,
     kField<&Counters::write_operations>},
};

}  // namespace

std::span<const Family> JobFamilies() noexcept {
  static const std::vector<Family> families = [] {
    std::vector<Family> all(std::begin(kStateFamilies), std::end(kStateFamilies));
    all.insert(all.end(), LimitFamilies().begin(), LimitFamilies().end());
    std::sort(all.begin(), all.end(), [](const Family& a, const Family& b) { return a.name < b.name; });
    return all;
  }();
  return families;
}

}  // namespace winjob::exporter
