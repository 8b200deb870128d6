#include "exporter/families.h"

#include <array>
#include <optional>
#include <utility>

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
constexpr Point kQueryErrors[] = {{"", "", [](const JobSample& sample) { return Value(sample.query_errors); }}};

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

constexpr Family kFamilies[] = {
    {"winjob_active_processes", "Processes in the job now (ActiveProcesses).", Type::kGauge,
     kField<&Counters::active_processes>},
    {"winjob_cpu_seconds_total",
     "Processor time of all processes that ever belonged to the job (TotalUserTime, TotalKernelTime).", Type::kCounter,
     kCpu},
    {"winjob_job_info", "Always 1; its labels name the kernel object of the job.", Type::kGauge, kOne,
     JobLabels::kObject},
    {"winjob_job_state", "1 for the state that the job is in, 0 for the others.", Type::kGauge, kStates},
    {"winjob_job_up", "Whether the last reading of the job succeeded.", Type::kGauge, kUp},
    {"winjob_notifications_total",
     "Messages of the job's completion port since the agent's start, by event. The kernel may lose messages, "
     "so these are lower bounds.",
     Type::kCounter, kEvents},
    {"winjob_other_bytes_total", "Bytes of operations other than reads and writes (OtherTransferCount).",
     Type::kCounter, kField<&Counters::other_bytes>},
    {"winjob_other_operations_total", "Operations other than reads and writes (OtherOperationCount).", Type::kCounter,
     kField<&Counters::other_operations>},
    {"winjob_page_faults_total", "Page faults (TotalPageFaultCount, 32 bits wide on Windows).", Type::kCounter,
     kField<&Counters::page_faults>},
    {"winjob_process_start_failures_total", "Configured commands that could not be started.", Type::kCounter,
     kStartFailures},
    {"winjob_processes_started_total", "Processes that ever belonged to the job (TotalProcesses).", Type::kCounter,
     kField<&Counters::total_processes>},
    {"winjob_processes_terminated_total", "Processes ended because a limit was violated (TotalTerminatedProcesses).",
     Type::kCounter, kField<&Counters::terminated_processes>},
    {"winjob_query_errors_total", "Readings of the job that failed.", Type::kCounter, kQueryErrors},
    {"winjob_read_bytes_total", "Bytes read (ReadTransferCount).", Type::kCounter, kField<&Counters::read_bytes>},
    {"winjob_read_operations_total", "Read operations (ReadOperationCount).", Type::kCounter,
     kField<&Counters::read_operations>},
    {"winjob_write_bytes_total", "Bytes written (WriteTransferCount).", Type::kCounter, kField<&Counters::write_bytes>},
    {"winjob_write_operations_total", "Write operations (WriteOperationCount).", Type::kCounter,
     kField<&Counters::write_operations>},
};

}  // namespace

std::span<const Family> JobFamilies() noexcept { return kFamilies; }

}  // namespace winjob::exporter
