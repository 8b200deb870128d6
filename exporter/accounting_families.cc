// The families that a reading of the job itself fills: accounting, and how the reading went.
#include <array>
#include <utility>

#include "exporter/families.h"

namespace winjob::exporter {
namespace {

using agent::JobSample;

/// The series that shows one accounting field.
template <auto Member>
constexpr Point kField[] = {{"", "", [](const JobSample& sample) { return From(sample.counters.*Member); }}};

constexpr Point kUp[] = {{"", "", [](const JobSample& sample) { return Value(std::uint64_t{sample.up}); }}};
constexpr Point kOne[] = {{"", "", [](const JobSample&) { return Value(std::uint64_t{1}); }}};
constexpr Point kRegressions[] = {{"", "", [](const JobSample& sample) { return Value(sample.regressions); }}};
constexpr Point kPageFaults[] = {{"", "", [](const JobSample& sample) { return From(sample.page_faults); }}};

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

constexpr Point kCpu[] = {
    {"mode", "kernel", [](const JobSample& sample) { return From(sample.counters.kernel_time); }},
    {"mode", "user", [](const JobSample& sample) { return From(sample.counters.user_time); }},
};

constexpr Family kFamilies[] = {
    {"winjob_active_processes", "Processes in the job now (ActiveProcesses).", Type::kGauge,
     kField<&Counters::active_processes>},
    {"winjob_cpu_seconds_total",
     "Processor time of all processes that ever belonged to the job (TotalUserTime, TotalKernelTime).", Type::kCounter,
     kCpu},
    {"winjob_job_info", "Always 1; its labels name the kernel object of the job, and the container that it is.",
     Type::kGauge, kOne, JobLabels::kObject},
    {"winjob_job_up", "Whether the last reading of the job succeeded.", Type::kGauge, kUp},
    {"winjob_other_bytes_total", "Bytes of operations other than reads and writes (OtherTransferCount).",
     Type::kCounter, kField<&Counters::other_bytes>},
    {"winjob_other_operations_total", "Operations other than reads and writes (OtherOperationCount).", Type::kCounter,
     kField<&Counters::other_operations>},
    {"winjob_page_faults_total", "Page faults (TotalPageFaultCount, unfolded where its 32 bits wrap).", Type::kCounter,
     kPageFaults},
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

std::span<const Family> AccountingFamilies() noexcept { return kFamilies; }

}  // namespace winjob::exporter
